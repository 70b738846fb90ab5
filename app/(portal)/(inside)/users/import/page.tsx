import type { Metadata } from 'next'
import Link from 'next/link'
import { textParam } from '#app/(portal)/list-params.ts'
import { loadKnownTenants } from '#app/(portal)/load-known.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { ImportUsers } from '#components/forms/import-users.tsx'
import { CsvColumns } from '#components/portal/csv-columns.tsx'
import { NotForViewers } from '#components/portal/not-for-viewers.tsx'
import { buttonClass } from '#components/ui/button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { Section } from '#components/ui/section.tsx'
import { importUsers, previewImport } from './actions.ts'

export const metadata: Metadata = { title: 'Import users' }

const trail = [{ href: '/users', label: 'Users' }]

export default async function ImportUsersPage({ searchParams }: PageProps<'/users/import'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  if (!mayChange(actor))
    return (
      <NotForViewers trail={trail} title="Import users">
        import the users
      </NotForViewers>
    )
  const tenants = await loadKnownTenants(actor)
  return (
    <>
      <PageHeader
        trail={trail}
        title="Import users"
        lead="From a list, as every spreadsheet writes it. You see what would happen before anything does."
      />
      <div className="grid gap-6">
        {tenants.length > 0 ? (
          <ImportUsers
            tenants={tenants}
            tenant={textParam(params, 'tenant') ?? (tenants.length === 1 ? tenants[0]!.slug : '')}
            preview={previewImport}
            run={importUsers}
          />
        ) : (
          <Panel>
            <EmptyState
              title="No tenants yet"
              action={
                <Link href="/tenants" className={buttonClass('primary')}>
                  Open the tenants
                </Link>
              }
            >
              Users belong to a tenant. Create one for the first customer company, then come back.
            </EmptyState>
          </Panel>
        )}
        <Section title="What the list may hold" lead="The first line names the columns, in any order.">
          <CsvColumns />
        </Section>
      </div>
    </>
  )
}
