import { Plus } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { isNarrowed, listParams, textParam } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { ConnectionTable } from '#components/portal/connection-table.tsx'
import { buttonClass } from '#components/ui/button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ListToolbar } from '#components/ui/list-toolbar.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Pager, type SearchParams } from '#components/ui/pager.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { listConnections } from '#lib/connections/list-connections.ts'
import { listProducts } from '#lib/products/list-products.ts'
import { house } from '#server/house-access.ts'

export const metadata: Metadata = { title: 'Connections' }

export default async function ConnectionsPage({ searchParams }: PageProps<'/connections'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  const [page, products] = await Promise.all([
    listConnections(house(), actor, {
      ...listParams(params),
      product: textParam(params, 'product'),
      active: activeParam(params),
      limit: 25,
    }),
    listProducts(house(), actor),
  ])
  const add = mayChange(actor) && (
    <Link href="/connections/new" className={buttonClass('primary')}>
      <Plus aria-hidden="true" />
      New connection
    </Link>
  )
  return (
    <>
      <PageHeader
        title="Connections"
        lead="Each leads the people of one tenant, for one product, to their own identity provider."
        actions={add}
      />
      <ListToolbar
        placeholder="Search tenant, name, entity ID"
        filters={[
          {
            name: 'product',
            label: 'Product',
            all: 'All products',
            options: products.map((product) => ({ value: product, label: product })),
          },
          {
            name: 'state',
            label: 'State',
            all: 'Any state',
            options: [
              { value: 'active', label: 'Active' },
              { value: 'deactivated', label: 'Deactivated' },
            ],
          },
        ]}
      />
      <Panel>
        {page.data.length > 0 ? (
          <ConnectionTable connections={page.data} now={house().clock.now()} />
        ) : isNarrowed(params) ? (
          <EmptyState title="No connection matches">Change the filters, or clear the search.</EmptyState>
        ) : (
          <EmptyState title="No connections yet" action={add}>
            Connect the identity provider of your first customer, by SAML or OpenID Connect.
          </EmptyState>
        )}
        <Pager path="/connections" params={params} nextCursor={page.nextCursor} />
      </Panel>
    </>
  )
}

function activeParam(params: SearchParams): boolean | undefined {
  const state = textParam(params, 'state')
  return state === 'active' ? true : state === 'deactivated' ? false : undefined
}
