import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { textParam } from '#app/(portal)/list-params.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { loadFutureValues } from '#app/(portal)/service-provider-values.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { ImportConnectionForm } from '#components/forms/import-connection-form.tsx'
import { ServiceProviderValueList } from '#components/portal/service-provider-values.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { mintClientId } from '#lib/connections/create-connection.ts'
import { listProducts } from '#lib/products/list-products.ts'
import { listTenants } from '#lib/tenants/list-tenants.ts'
import { house } from '#server/house-access.ts'
import { newClientIdSchema } from '../client-id.ts'
import { importConnection, previewConnectionImport } from '../import-actions.ts'

export const metadata: Metadata = { title: 'Import a connection' }

const trail = [{ href: '/connections', label: 'Connections' }]

/** The clientID is settled before the connection exists, because the ACS URL is made of it. */
export default async function ImportConnectionPage({ searchParams }: PageProps<'/connections/import'>) {
  const [actor, params] = await Promise.all([requireActor(), searchParams])
  if (!mayChange(actor))
    return (
      <>
        <PageHeader trail={trail} title="Import a connection" />
        <Notice title="Your role can look, not change">
          Ask an owner or admin of the organization to import the connection.
        </Notice>
      </>
    )
  const tenant = textParam(params, 'tenant') ?? ''
  const id = newClientIdSchema.safeParse(params.id)
  if (!id.success)
    redirect(`/connections/import?${new URLSearchParams({ id: mintClientId(house()), tenant })}`)
  const [tenants, products, values] = await Promise.all([
    listTenants(house(), actor, { limit: 200 }),
    listProducts(house(), actor),
    loadFutureValues(id.data),
  ])
  return (
    <>
      <PageHeader
        trail={trail}
        title="Import a connection"
        lead="Settings of a JumpCloud sign-in that were written for another product become a SAML connection here."
      />
      <ImportConnectionForm
        tenant={tenant}
        tenants={tenants.data.map(({ slug, name }) => ({ slug, name }))}
        products={products}
        values={<ServiceProviderValueList values={values} />}
        preview={previewConnectionImport}
        create={importConnection.bind(null, id.data)}
      />
    </>
  )
}
