import type { Metadata } from 'next'
import { isNarrowed, listParams } from '#app/(portal)/list-params.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { AuditTable } from '#components/portal/audit-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ListToolbar } from '#components/ui/list-toolbar.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Pager } from '#components/ui/pager.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { listAuditEvents } from '#lib/audit/list-audit-events.ts'
import { house } from '#server/house-access.ts'

export const metadata: Metadata = { title: 'Audit log' }

export default async function AuditPage({ searchParams }: PageProps<'/audit'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  const page = await listAuditEvents(house(), actor, { ...listParams(params), limit: 50 })
  return (
    <>
      <PageHeader
        title="Audit log"
        lead="What was done here, by whom and from where. Entries cannot be changed or removed."
      />
      <ListToolbar placeholder="Search action, person, object" />
      <Panel>
        {page.data.length > 0 ? (
          <AuditTable entries={page.data} />
        ) : isNarrowed(params) ? (
          <EmptyState title="No entry matches">Try fewer letters, or clear the search.</EmptyState>
        ) : (
          <EmptyState title="Nothing has happened yet">
            The first entry will be your next change, such as creating a tenant.
          </EmptyState>
        )}
        <Pager path="/audit" params={params} nextCursor={page.nextCursor} />
      </Panel>
    </>
  )
}
