import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { textParam } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { loadFutureValues } from '#app/(portal)/service-provider-values.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { NewConnectionForm } from '#components/forms/new-connection-form.tsx'
import { ServiceProviderValueList } from '#components/portal/service-provider-values.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { mintClientId } from '#lib/connections/create-connection.ts'
import { listProducts } from '#lib/products/list-products.ts'
import { listTenants } from '#lib/tenants/list-tenants.ts'
import { house } from '#server/house-access.ts'
import { createConnection, readMetadata } from '../actions.ts'
import { newClientIdSchema } from '../client-id.ts'

export const metadata: Metadata = { title: 'New connection' }

const trail = [{ href: '/connections', label: 'Connections' }]

/**
 * The clientID is settled before the connection exists, because the ACS URL is made of it. It stands in the
 * address, so that reloading, or coming back tomorrow, shows the same values.
 */
export default async function NewConnectionPage({ searchParams }: PageProps<'/connections/new'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  if (!mayChange(actor)) return <NotForViewers />
  const tenant = textParam(params, 'tenant') ?? ''
  const id = newClientIdSchema.safeParse(params.id)
  if (!id.success) redirect(`/connections/new?${new URLSearchParams({ id: mintClientId(house()), tenant })}`)
  const [values, tenants, products] = await Promise.all([
    loadFutureValues(id.data),
    listTenants(house(), actor, { limit: 200 }),
    listProducts(house(), actor),
  ])
  return (
    <>
      <PageHeader
        trail={trail}
        title="New SAML connection"
        lead="Four steps. You can leave and come back to this very address while the other side does its part."
      />
      <NewConnectionForm
        tenant={tenant}
        tenants={tenants.data.map(({ slug, name }) => ({ slug, name }))}
        products={products}
        values={<ServiceProviderValueList values={values} />}
        read={readMetadata}
        create={createConnection.bind(null, id.data)}
      />
    </>
  )
}

function NotForViewers() {
  return (
    <>
      <PageHeader trail={trail} title="New connection" />
      <Notice title="Your role can look, not change">
        Ask an owner or admin of the organization to create the connection.
      </Notice>
    </>
  )
}
