import type { Metadata } from 'next'
import { isNarrowed, listParams } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { NewTenant } from '#components/forms/new-tenant.tsx'
import { TenantTable } from '#components/portal/tenant-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ListToolbar } from '#components/ui/list-toolbar.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Pager } from '#components/ui/pager.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { listTenants } from '#lib/tenants/list-tenants.ts'
import { house } from '#server/house-access.ts'
import { createTenant } from '../actions.ts'

export const metadata: Metadata = { title: 'Tenants' }

export default async function TenantsPage({ searchParams }: PageProps<'/tenants'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  const page = await listTenants(house(), actor, { ...listParams(params), limit: 25 })
  const create = mayChange(actor) ? <NewTenant create={createTenant} /> : undefined
  return (
    <>
      <PageHeader
        title="Tenants"
        lead="The customer companies of your product. Each signs in through its own connections."
        actions={create}
      />
      <ListToolbar placeholder="Search by name or slug" />
      <Panel>
        {page.data.length > 0 ? (
          <TenantTable tenants={page.data} />
        ) : isNarrowed(params) ? (
          <EmptyState title="No tenant matches">Try part of its name, or clear the search.</EmptyState>
        ) : (
          <EmptyState title="No tenants yet" action={create}>
            Create one for the first customer who wants to sign in with their own identity provider.
          </EmptyState>
        )}
        <Pager path="/tenants" params={params} nextCursor={page.nextCursor} />
      </Panel>
    </>
  )
}
