import type { Metadata } from 'next'
import { isNarrowed, listParams } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { NewNamespace } from '#components/forms/new-namespace.tsx'
import { NamespaceTable } from '#components/portal/namespace-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ListToolbar } from '#components/ui/list-toolbar.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Pager } from '#components/ui/pager.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { listNamespaces } from '#lib/directory/list-namespaces.ts'
import { house } from '#server/house-access.ts'
import { createNamespace } from '../actions.ts'

export const metadata: Metadata = { title: 'Namespaces' }

export default async function NamespacesPage({ searchParams }: PageProps<'/namespaces'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  const page = await listNamespaces(house(), actor, { ...listParams(params), limit: 25 })
  const create = mayChange(actor) ? <NewNamespace create={createNamespace} /> : undefined
  return (
    <>
      <PageHeader
        title="Namespaces"
        lead="Named groups of users, across tenants. Applications and rules can ask who is in one."
        actions={create}
      />
      <ListToolbar placeholder="Search by name" />
      <Panel>
        {page.data.length > 0 ? (
          <NamespaceTable namespaces={page.data} />
        ) : isNarrowed(params) ? (
          <EmptyState title="No namespace matches">Try part of its name, or clear the search.</EmptyState>
        ) : (
          <EmptyState title="No namespaces yet" action={create}>
            Create one for people who are to be allowed the same, such as everybody in support.
          </EmptyState>
        )}
        <Pager path="/namespaces" params={params} nextCursor={page.nextCursor} />
      </Panel>
    </>
  )
}
