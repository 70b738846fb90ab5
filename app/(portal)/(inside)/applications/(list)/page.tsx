import { Plus } from 'lucide-react'
import type { Metadata } from 'next'
import Link from 'next/link'
import { isNarrowed, listParams, textParam } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { ApplicationTable } from '#components/portal/application-table.tsx'
import { buttonClass } from '#components/ui/button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { ListToolbar } from '#components/ui/list-toolbar.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Pager } from '#components/ui/pager.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { listApplications } from '#lib/applications/list-applications.ts'
import { listProducts } from '#lib/products/list-products.ts'
import { house } from '#server/house-access.ts'

export const metadata: Metadata = { title: 'Applications' }

export default async function ApplicationsPage({ searchParams }: PageProps<'/applications'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  const [page, products] = await Promise.all([
    listApplications(house(), actor, {
      ...listParams(params),
      product: textParam(params, 'product'),
      limit: 25,
    }),
    listProducts(house(), actor),
  ])
  const add = mayChange(actor) && (
    <Link href="/applications/new" className={buttonClass('primary')}>
      <Plus aria-hidden="true" />
      New application
    </Link>
  )
  return (
    <>
      <PageHeader
        title="Applications"
        lead="What you build: each is a client of OAuth 2.0 and OpenID Connect that signs in the people of all your tenants."
        actions={add}
      />
      <ListToolbar
        placeholder="Search name, client ID"
        filters={[
          {
            name: 'product',
            label: 'Product',
            all: 'All products',
            options: products.map((product) => ({ value: product, label: product })),
          },
        ]}
      />
      <Panel>
        {page.data.length > 0 ? (
          <ApplicationTable applications={page.data} />
        ) : isNarrowed(params) ? (
          <EmptyState title="No application matches">Change the filter, or clear the search.</EmptyState>
        ) : (
          <EmptyState title="No applications yet" action={add}>
            Register what you build, and get a client ID and code to copy. Applications that name tenant and
            product work without.
          </EmptyState>
        )}
        <Pager path="/applications" params={params} nextCursor={page.nextCursor} />
      </Panel>
    </>
  )
}
