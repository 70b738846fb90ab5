import { UserPlus } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { isNarrowed, listParams } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { namespacePath } from '#components/portal/addresses.ts'
import { NamespaceMemberTable } from '#components/portal/namespace-member-table.tsx'
import { countUsers } from '#components/portal/namespace-table.tsx'
import { buttonClass } from '#components/ui/button.tsx'
import { ConfirmButton } from '#components/ui/confirm-button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ListToolbar } from '#components/ui/list-toolbar.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Pager } from '#components/ui/pager.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { Section } from '#components/ui/section.tsx'
import { listUsers } from '#lib/directory/list-users.ts'
import type { NamespaceView } from '#lib/directory/namespace.ts'
import { house } from '#server/house-access.ts'
import { deleteNamespace, removeUser } from '../actions.ts'
import { loadShown } from './load.ts'

export async function generateMetadata({ params }: PageProps<'/namespaces/[name]'>): Promise<Metadata> {
  return { title: (await loadShown((await params).name)).name }
}

export default async function NamespacePage({ params, searchParams }: PageProps<'/namespaces/[name]'>) {
  const [actor, { name }, search] = await Promise.all([requireActor(), params, searchParams])
  const namespace = await loadShown(name)
  const page = await listUsers(house(), actor, {
    ...listParams(search),
    namespace: namespace.id,
    limit: 25,
  })
  const add = mayChange(actor) && (
    <Link href={`${namespacePath(namespace)}/add`} className={buttonClass('primary')}>
      <UserPlus aria-hidden="true" />
      Add users
    </Link>
  )
  return (
    <>
      <PageHeader
        trail={[{ href: '/namespaces', label: 'Namespaces' }]}
        title={namespace.name}
        lead={countUsers(namespace.memberCount)}
        actions={add}
      />
      <ListToolbar placeholder="Search address or name" />
      <div className="grid gap-6">
        <Panel>
          {page.data.length > 0 ? (
            <NamespaceMemberTable
              users={page.data}
              namespace={namespace}
              remove={mayChange(actor) ? removeUser : null}
            />
          ) : isNarrowed(search) ? (
            <EmptyState title="Nobody in it matches">Try part of a name, or clear the search.</EmptyState>
          ) : (
            <EmptyState title="Nobody is in it yet" action={add}>
              Add users here, by a column <code>namespaces</code> of an import, or by a claim that a
              connection brings along.
            </EmptyState>
          )}
          <Pager path={namespacePath(namespace)} params={search} nextCursor={page.nextCursor} />
        </Panel>
        {mayChange(actor) && <Deletion namespace={namespace} />}
      </div>
    </>
  )
}

function Deletion({ namespace }: { namespace: NamespaceView }) {
  return (
    <Section
      tone="danger"
      title="Delete this namespace"
      lead="Its users stay; what they were allowed because they were in it ends."
      action={
        <ConfirmButton
          label="Delete namespace"
          title={`Delete ${namespace.name}?`}
          confirmLabel="Delete namespace"
          typed={namespace.name}
          run={deleteNamespace.bind(null, namespace.id)}
        >
          <p>
            This cannot be undone. <strong>{countUsers(namespace.memberCount)}</strong> in{' '}
            <strong>{namespace.name}</strong> stay users, and are in it no longer. Whatever names this
            namespace in an invitation, an import or a claim finds it no more.
          </p>
        </ConfirmButton>
      }
    />
  )
}
