import type { ReactNode } from 'react'
import { PageHeader } from '#components/ui/page-header.tsx'
import { TabLinks } from '#components/ui/tab-links.tsx'

const tabs = [
  { href: '/settings', label: 'Organization' },
  { href: '/settings/members', label: 'Members' },
  { href: '/settings/signing-keys', label: 'Signing keys' },
  { href: '/settings/outbox', label: 'Outbox' },
  { href: '/settings/account', label: 'Your account' },
]

export default function SettingsLayout({ children }: { children: ReactNode }) {
  return (
    <>
      <PageHeader title="Settings" />
      <TabLinks label="Parts of the settings" tabs={tabs} />
      {children}
    </>
  )
}
