import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { textParam } from '#app/(portal)/list-params.ts'
import { loadKnown } from '#app/(portal)/load-known.ts'
import { mayChange } from '#app/(portal)/permissions.ts'
import { loadFutureValues } from '#app/(portal)/service-provider-values.ts'
import { requireActor } from '#app/(portal)/session.ts'
import { ImportConnectionForm } from '#components/forms/import-connection-form.tsx'
import { NotForViewers } from '#components/portal/not-for-viewers.tsx'
import { ServiceProviderValueList } from '#components/portal/service-provider-values.tsx'
import { PageHeader } from '#components/ui/page-header.tsx'
import { mintClientId } from '#lib/connections/create-connection.ts'
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
      <NotForViewers trail={trail} title="Import a connection">
        import the connection
      </NotForViewers>
    )
  const tenant = textParam(params, 'tenant') ?? ''
  const id = newClientIdSchema.safeParse(params.id)
  if (!id.success)
    redirect(`/connections/import?${new URLSearchParams({ id: mintClientId(house()), tenant })}`)
  const [known, values] = await Promise.all([loadKnown(actor), loadFutureValues(id.data)])
  return (
    <>
      <PageHeader
        trail={trail}
        title="Import a connection"
        lead="Settings of a JumpCloud sign-in that were written for another product become a SAML connection here."
      />
      <ImportConnectionForm
        tenant={tenant}
        {...known}
        values={<ServiceProviderValueList values={values} />}
        preview={previewConnectionImport}
        create={importConnection.bind(null, id.data)}
      />
    </>
  )
}
