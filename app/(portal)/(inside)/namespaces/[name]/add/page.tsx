import type { Metadata } from 'next'
import { isNarrowed, listParams } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { namespacePath } from '#components/portal/addresses.ts'
import { NamespaceCandidateTable } from '#components/portal/namespace-member-table.tsx'
import { NotForViewers } from '#components/portal/not-for-viewers.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ListToolbar } from '#components/ui/list-toolbar.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Pager } from '#components/ui/pager.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { listUsers } from '#lib/directory/list-users.ts'
import { house } from '#server/house-access.ts'
import { addUser, removeUser } from '../../actions.ts'
import { loadShown } from '../load.ts'

export async function generateMetadata({ params }: PageProps<'/namespaces/[name]/add'>): Promise<Metadata> {
  return { title: `Add users to ${(await loadShown((await params).name)).name}` }
}

export default async function AddUsersPage({ params, searchParams }: PageProps<'/namespaces/[name]/add'>) {
  const [actor, { name }, search] = await Promise.all([requireActor(), params, searchParams])
  const namespace = await loadShown(name)
  const trail = [
    { href: '/namespaces', label: 'Namespaces' },
    { href: namespacePath(namespace), label: namespace.name },
  ]
  if (!mayChange(actor))
    return (
      <NotForViewers trail={trail} title="Add users">
        add them
      </NotForViewers>
    )
  const page = await listUsers(house(), actor, { ...listParams(search), limit: 25 })
  return (
    <>
      <PageHeader
        trail={trail}
        title="Add users"
        lead={`Find them, and put them into ${namespace.name} one by one. For many at once, import a list with a column namespaces.`}
      />
      <ListToolbar placeholder="Search address or name" />
      <Panel>
        {page.data.length > 0 ? (
          <NamespaceCandidateTable
            users={page.data}
            namespace={namespace}
            deeds={{ add: addUser, remove: removeUser }}
          />
        ) : isNarrowed(search) ? (
          <EmptyState title="No user matches">Try part of a name or an address.</EmptyState>
        ) : (
          <EmptyState title="There are no users yet">
            Import them from a list, or let them sign in through a connection that creates them.
          </EmptyState>
        )}
        <Pager path={`${namespacePath(namespace)}/add`} params={search} nextCursor={page.nextCursor} />
      </Panel>
    </>
  )
}
