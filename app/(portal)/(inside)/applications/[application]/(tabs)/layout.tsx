import type { ReactNode } from 'react'
import { applicationPath } from '#components/portal/addresses.ts'
import { applicationTypeWords } from '#components/portal/application-views.ts'
import { PageHeader } from '#components/ui/page-header.tsx'
import { TabLinks } from '#components/ui/tab-links.tsx'
import { loadShown } from '../load.ts'

type Props = { params: Promise<{ application: string }>; children: ReactNode }

export default async function ApplicationLayout({ params, children }: Props) {
  const given = (await params).application
  const application = await loadShown(given)
  const path = applicationPath(application.id)
  return (
    <>
      <PageHeader
        trail={[{ href: '/applications', label: 'Applications' }]}
        title={application.name}
        lead={`${applicationTypeWords[application.type].title}. It belongs to the product ${application.product}.`}
      />
      <TabLinks
        label="Parts of this application"
        tabs={[
          { href: path, label: 'Overview' },
          { href: `${path}/code`, label: 'Code to copy' },
          { href: `${path}/settings`, label: 'Settings' },
        ]}
      />
      {children}
    </>
  )
}
