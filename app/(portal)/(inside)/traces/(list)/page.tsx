import type { Metadata } from 'next'
import { isNarrowed, listParams, textParam } from '#app/(portal)/list-params.ts'
import { type Member, requireActor } from '#app/(portal)/session.ts'
import { TraceTable } from '#components/portal/trace-table.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { type Filter, ListToolbar } from '#components/ui/list-toolbar.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { Pager } from '#components/ui/pager.tsx'
import { Panel } from '#components/ui/panel.tsx'
import { listProducts } from '#lib/products/list-products.ts'
import { listTenants } from '#lib/tenants/list-tenants.ts'
import { listTraces } from '#lib/traces/list-traces.ts'
import { house } from '#server/house-access.ts'

export const metadata: Metadata = { title: 'Sign-in traces' }

export default async function TracesPage({ searchParams }: PageProps<'/traces'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  const outcome = textParam(params, 'outcome')
  const tenant = textParam(params, 'tenant')
  const [page, filters] = await Promise.all([
    listTraces(house(), actor, {
      ...listParams(params),
      tenant,
      product: textParam(params, 'product'),
      connection: textParam(params, 'connection'),
      outcome: outcome === 'success' || outcome === 'failure' ? outcome : undefined,
      limit: 25,
    }),
    loadFilters(actor, tenant),
  ])
  return (
    <>
      <PageHeader
        title="Sign-in traces"
        lead="Every attempt to sign in, with each check that was made and a sentence that says what happened."
      />
      <ListToolbar placeholder="Search person, connection, cause" filters={filters} />
      <Panel>
        {page.data.length > 0 ? (
          <TraceTable traces={page.data} />
        ) : isNarrowed(params) ? (
          <EmptyState title="No sign-in matches">Change the filters, or clear the search.</EmptyState>
        ) : (
          <EmptyState title="Nobody has signed in yet">
            Open a connection and choose “Test sign-in”: the first trace will appear here.
          </EmptyState>
        )}
        <Pager path="/traces" params={params} nextCursor={page.nextCursor} />
      </Panel>
    </>
  )
}

/** The choices of the filters; a tenant from the address stays among them even when it is not one of the newest. */
async function loadFilters(actor: Member, chosen: string | undefined): Promise<Filter[]> {
  const [tenants, products] = await Promise.all([
    listTenants(house(), actor, { limit: 200 }),
    listProducts(house(), actor),
  ])
  const options = tenants.data.map(({ slug, name }) => ({ value: slug, label: name }))
  if (chosen !== undefined && !options.some(({ value }) => value === chosen)) {
    options.unshift({ value: chosen, label: chosen })
  }
  return [
    {
      name: 'outcome',
      label: 'Outcome',
      all: 'Any outcome',
      options: [
        { value: 'success', label: 'Signed in' },
        { value: 'failure', label: 'Refused' },
      ],
    },
    { name: 'tenant', label: 'Tenant', all: 'All tenants', options },
    {
      name: 'product',
      label: 'Product',
      all: 'All products',
      options: products.map((product) => ({ value: product, label: product })),
    },
  ]
}
