import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { textParam } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { ImportUsers } from '#components/forms/import-users.tsx'
import { CsvColumns } from '#components/portal/csv-columns.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { Section } from '#components/ui/section.tsx'
import { listTenants } from '#lib/tenants/list-tenants.ts'
import { house } from '#server/house-access.ts'
import { importUsers, previewImport } from './actions.ts'

export const metadata: Metadata = { title: 'Import users' }

export default async function ImportUsersPage({ searchParams }: PageProps<'/users/import'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  if (!mayChange(actor)) notFound()
  const tenants = await listTenants(house(), actor, { limit: 200 })
  return (
    <>
      <PageHeader
        trail={[{ href: '/users', label: 'Users' }]}
        title="Import users"
        lead="From a list, as every spreadsheet writes it. You see what would happen before anything does."
      />
      <div className="grid gap-6">
        {tenants.data.length > 0 ? (
          <ImportUsers
            tenants={tenants.data.map(({ slug, name }) => ({ slug, name }))}
            tenant={textParam(params, 'tenant') ?? (tenants.data.length === 1 ? tenants.data[0]!.slug : '')}
            preview={previewImport}
            run={importUsers}
          />
        ) : (
          <Panel>
            <EmptyState title="No tenants yet">
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
