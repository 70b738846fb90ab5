'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { runAction } from '#app/(portal)/run-action.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import {
  connectionSettingsForm,
  metadataForm,
  newConnectionForm,
  newJwtConnectionForm,
  newOidcConnectionForm,
  pageForm,
  providerForm,
  toRedirectUrls,
} from '#components/forms/connection-schemas.ts'
import type { CreatedJwtConnection } from '#components/forms/new-jwt-connection-form.tsx'
import { connectionPath } from '#components/portal/addresses.ts'
import type { MetadataView } from '#components/portal/connection-views.ts'
import { parseConnectionRequest } from '#lib/connections/connection-request.ts'
import { createConnection as create } from '#lib/connections/create-connection.ts'
import { deleteConnection as remove } from '#lib/connections/delete-connection.ts'
import { createJwtSecret as createSecret } from '#lib/connections/jwt/create-jwt-secret.ts'
import { deleteJwtSecret as removeSecret } from '#lib/connections/jwt/delete-jwt-secret.ts'
import { previewMetadata as preview } from '#lib/connections/preview-metadata.ts'
import { providerHost } from '#lib/connections/provider-name.ts'
import { updateConnection as update } from '#lib/connections/update-connection.ts'
import { house } from '#server/house-access.ts'
import { clientIdSchema, newClientIdSchema } from './client-id.ts'
import { inPortalWords } from './metadata-words.ts'

/** What we understand of an identity provider's metadata, and the instant at which its certificates are judged. */
export async function readMetadata(
  values: unknown,
): Promise<ActionResult<{ metadata: MetadataView; now: string }>> {
  const result = await runAction(metadataForm, values, async (actor, input) => {
    const { provider, ssoRedirectUrl, ssoPostUrl, ...seen } = await preview(house(), actor, toSource(input))
    return {
      metadata: {
        ...seen,
        provider: provider ?? providerHost(seen.entityId),
        ssoUrl: ssoRedirectUrl ?? ssoPostUrl ?? '',
      },
      now: house().clock.now().toISOString(),
    }
  })
  return inPortalWords(result)
}

/** Creates a connection under the clientID whose address the page has shown, and opens its page. */
export async function createConnection(clientId: string, values: unknown): Promise<ActionResult> {
  const result = await runAction(newConnectionForm, values, (actor, input) => {
    const { tenant, product, name } = input
    const metadata = toSource(input)
    const request = parseConnectionRequest({
      tenant,
      product,
      name,
      ...toRedirectUrls(input),
      ...('xml' in metadata ? { rawMetadata: metadata.xml } : { metadataUrl: metadata.url }),
    })
    return create(house(), actor, request, { clientId: newClientIdSchema.parse(clientId) })
  })
  if (!result.ok) return inPortalWords(result)
  revalidatePath('/', 'layout')
  redirect(`${connectionPath(result.value.clientID)}?created=1`)
}

/** The same for a connection to an OpenID provider. */
export async function createOidcConnection(clientId: string, values: unknown): Promise<ActionResult> {
  const result = await runAction(newOidcConnectionForm, values, (actor, input) => {
    const { tenant, product, name, oidcClientId, oidcClientSecret } = input
    const request = parseConnectionRequest({
      ...{ isOIDC: true, tenant, product, name, oidcClientId, oidcClientSecret },
      ...toRedirectUrls(input),
      ...toProviderMembers(input),
    })
    return create(house(), actor, request, { clientId: newClientIdSchema.parse(clientId) })
  })
  if (!result.ok) return inPortalWords(result)
  revalidatePath('/', 'layout')
  redirect(`${connectionPath(result.value.clientID)}?created=1`)
}

/** The same for a connection to a customer's own login page. Its secret is in the answer and nowhere else. */
export async function createJwtConnection(
  clientId: string,
  values: unknown,
): Promise<ActionResult<CreatedJwtConnection>> {
  const result = await runAction(newJwtConnectionForm, values, async (actor, input) => {
    const { tenant, product, name, ssoUrl, audience } = input
    const request = parseConnectionRequest({
      ...{ isJWT: true, tenant, product, name, ssoUrl, audience },
      ...toRedirectUrls(input),
    })
    const { clientID, jwt } = await create(house(), actor, request, {
      clientId: newClientIdSchema.parse(clientId),
    })
    return { clientID, audience: jwt!.audience, secret: jwt!.secret ?? null }
  })
  // Not the whole portal: the page that shows the secret must stay as it is.
  if (result.ok) revalidatePath('/connections')
  return result
}

/** Changes where a customer's login page is, and for whom its tokens are. */
export async function replacePage(clientID: string, values: unknown): Promise<ActionResult> {
  return change(
    await runAction(pageForm, values, (actor, input) => {
      const { fields, page } = parseConnectionRequest({ isJWT: true, ...input })
      return update(house(), actor, { clientID: clientIdSchema.parse(clientID), fields, page })
    }),
  )
}

/** Makes a further secret for a customer's page, which is in the answer and nowhere else. */
export async function createJwtSecret(clientID: string): Promise<ActionResult<{ secret: string }>> {
  const result = await runAction(clientIdSchema, clientID, async (actor, input) => {
    const { secret } = await createSecret(house(), actor, { clientID: input })
    return { secret }
  })
  if (result.ok) revalidatePath('/connections', 'layout')
  return result
}

/** Deletes a secret of a customer's page; tokens signed with it are refused from then on. */
export async function deleteJwtSecret(clientID: string, secret: string): Promise<ActionResult> {
  const input = z.object({ clientID: clientIdSchema, secret: z.string().max(200) })
  return change(
    await runAction(input, { clientID, secret }, (actor, named) => removeSecret(house(), actor, named)),
  )
}

/** Changes where an OpenID provider describes itself, and the secret we have there. */
export async function replaceProvider(clientID: string, values: unknown): Promise<ActionResult> {
  return change(
    await runAction(providerForm, values, (actor, input) => {
      const { oidcClientSecret } = input
      const { fields, provider } = parseConnectionRequest({
        ...{ isOIDC: true, oidcClientSecret },
        ...toProviderMembers(input),
      })
      return update(house(), actor, { clientID: clientIdSchema.parse(clientID), fields, provider })
    }),
  )
}

/** Changes settings of a connection. They hold from the next sign-in. */
export async function updateConnection(clientID: string, values: unknown): Promise<ActionResult> {
  return change(
    await runAction(connectionSettingsForm, values, (actor, input) => {
      const { furtherRedirectUrls: _, ...fields } = input
      const { defaultRedirectUrl, redirectUrl } = toRedirectUrls(input)
      return update(house(), actor, {
        clientID: clientIdSchema.parse(clientID),
        fields: { ...fields, defaultRedirectUrl, redirectUrls: redirectUrl },
      })
    }),
  )
}

/** Puts newer metadata of the same identity provider in place of what was known. */
export async function replaceMetadata(clientID: string, values: unknown): Promise<ActionResult> {
  return change(
    await runAction(metadataForm, values, (actor, input) =>
      update(house(), actor, {
        clientID: clientIdSchema.parse(clientID),
        fields: {},
        metadata: toSource(input),
      }),
    ),
  )
}

/** Lets people in through a connection, or no longer. */
export async function setConnectionActive(clientID: string, active: boolean): Promise<ActionResult> {
  return change(
    await runAction(z.boolean(), active, (actor, wanted) =>
      update(house(), actor, { clientID: clientIdSchema.parse(clientID), fields: { deactivated: !wanted } }),
    ),
  )
}

/** Deletes a connection with its credentials, and goes back to the list. */
export async function deleteConnection(clientID: string): Promise<ActionResult> {
  const result = await runAction(clientIdSchema, clientID, (actor, id) =>
    remove(house(), actor, { clientID: id }),
  )
  if (!result.ok) return result
  revalidatePath('/', 'layout')
  redirect('/connections')
}

function change(result: ActionResult<unknown>): ActionResult {
  if (!result.ok) return inPortalWords(result)
  revalidatePath('/', 'layout')
  return { ok: true, value: undefined }
}

function toSource(input: z.output<typeof metadataForm>) {
  return input.source === 'text' ? { xml: input.rawMetadata } : { url: input.metadataUrl }
}

/** The discovery URL where there is one, else the metadata. */
function toProviderMembers(input: { oidcDiscoveryUrl: string; oidcMetadata: string }) {
  const { oidcDiscoveryUrl, oidcMetadata } = input
  return oidcDiscoveryUrl === '' ? { oidcMetadata } : { oidcDiscoveryUrl }
}
