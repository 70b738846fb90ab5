import { Play } from 'lucide-react'
import type { ReactNode } from 'react'
import { connectionPath, tenantPath } from '#components/portal/addresses.ts'
import { buttonClass } from '#components/ui/button.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { TabLinks } from '#components/ui/tab-links.tsx'
import { loadShown } from '../load.ts'

type Props = { params: Promise<{ clientID: string }>; children: ReactNode }

export default async function ConnectionLayout({ params, children }: Props) {
  const connection = await loadShown((await params).clientID)
  const path = connectionPath(connection.clientID)
  return (
    <>
      <PageHeader
        trail={[
          { href: '/tenants', label: 'Tenants' },
          { href: tenantPath({ slug: connection.tenant }), label: connection.tenantName },
        ]}
        title={connection.title}
        lead={
          connection.description ??
          `People of ${connection.tenantName} sign in to ${connection.product} with ${connection.provider}.`
        }
        actions={
          // A plain link: it leaves the portal for the identity provider and must never be fetched ahead.
          <a href={`${path}/test`} className={buttonClass('primary')}>
            <Play aria-hidden="true" />
            Test sign-in
          </a>
        }
      />
      <TabLinks
        label="Parts of this connection"
        tabs={[
          { href: path, label: 'Overview' },
          { href: `${path}/values`, label: 'Values to copy' },
          ...(connection.jwt ? [{ href: `${path}/code`, label: 'Code to copy' }] : []),
          { href: `${path}/people`, label: 'People' },
          { href: `${path}/settings`, label: 'Settings' },
        ]}
      />
      {children}
    </>
  )
}
