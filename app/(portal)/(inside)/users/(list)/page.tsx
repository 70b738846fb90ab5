import { Download, Plus, Upload } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { isNarrowed, listParams, textParam } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { loadTenantFilter } from '#app/(portal)/tenant-filter.ts'
import { UserTable } from '#components/portal/user-table.tsx'
import { userStatusWords } from '#components/portal/user-views.ts'
import { buttonClass } from '#components/ui/button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { type Filter, ListToolbar } from '#components/ui/list-toolbar.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Pager, type SearchParams } from '#components/ui/pager.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { listUsers, userQuerySchema } from '#lib/directory/list-users.ts'
import { house } from '#server/house-access.ts'

export const metadata: Metadata = { title: 'Users' }

const statuses = Object.entries(userStatusWords).map(([value, { label }]) => ({ value, label }))

export default async function UsersPage({ searchParams }: PageProps<'/users'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  const namespace = textParam(params, 'namespace')
  const [page, { filter, chosen }] = await Promise.all([
    listUsers(house(), actor, {
      ...listParams(params),
      tenant: textParam(params, 'tenant'),
      namespace,
      status: userQuerySchema.shape.status.safeParse(textParam(params, 'status')).data,
      limit: 25,
    }),
    loadTenantFilter(actor, params),
  ])
  const ofTenant = chosen ? `?${new URLSearchParams({ tenant: chosen.slug })}` : ''
  const lists = mayChange(actor) && (
    <>
      {chosen && (
        // Not a page: the browser keeps it as a file.
        <a href={exportPath(chosen.slug, params)} className={buttonClass('secondary')}>
          <Download aria-hidden="true" />
          Export
        </a>
      )}
      <Link href={`/users/import${ofTenant}`} className={buttonClass('secondary')}>
        <Upload aria-hidden="true" />
        Import
      </Link>
    </>
  )
  const add = mayChange(actor) && (
    <Link href={`/users/new${ofTenant}`} className={buttonClass('primary')}>
      <Plus aria-hidden="true" />
      New user
    </Link>
  )
  return (
    <>
      <PageHeader
        title="Users"
        lead="The people of your customers. They sign in through the connections of their company, or with a password."
        actions={
          <>
            {lists}
            {add}
          </>
        }
      />
      <ListToolbar
        placeholder="Search name, address, ID"
        filters={[
          filter,
          { name: 'status', label: 'Status', all: 'Any status', options: statuses },
          ...(namespace === undefined ? [] : [namespaceFilter(namespace)]),
        ]}
      />
      <Panel>
        {page.data.length > 0 ? (
          <UserTable users={page.data} />
        ) : isNarrowed(params) ? (
          <EmptyState title="No user matches">Change the filter, or clear the search.</EmptyState>
        ) : (
          <EmptyState title="No users yet" action={add}>
            Create them here or by API, or let a connection do it: under its “People” you decide whether those
            who sign in are taken in.
          </EmptyState>
        )}
        <Pager path="/users" params={params} nextCursor={page.nextCursor} />
      </Panel>
    </>
  )
}

/** The file of what the list shows, of one tenant. */
function exportPath(tenant: string, params: SearchParams): string {
  const shown = ['status', 'namespace', 'query'].flatMap((name) => {
    const value = textParam(params, name)
    return value === undefined ? [] : [[name, value]]
  })
  return `/users/export?${new URLSearchParams([['tenant', tenant], ...shown])}`
}

/** One that a link has set: it can be seen and taken away. */
function namespaceFilter(namespace: string): Filter {
  const options = [{ value: namespace, label: namespace }]
  return { name: 'namespace', label: 'Namespace', all: 'All namespaces', options }
}
