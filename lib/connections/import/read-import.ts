import { z } from 'zod'
import { type FieldError, isVestibuleError, VestibuleError } from '../../base/errors.ts'
import type { House } from '../../house.ts'
import type { IdpMetadata } from '../../saml/metadata.ts'
import { type ConnectionRecord, findConnections } from '../../store/connections.ts'
import { type ConnectionRequest, checkComplete, parseConnectionRequest } from '../connection-request.ts'
import { type ProviderSettings, readProviderSettings } from './provider-settings.ts'

/** What an import takes: the settings to import, and what they do not say. */
export const connectionImportSchema = z.strictObject({
  tenant: z.unknown(),
  product: z.unknown(),
  defaultRedirectUrl: z.unknown(),
  redirectUrl: z.unknown(),
  name: z.unknown().optional(),
  label: z.unknown().optional(),
  description: z.unknown().optional(),
  /** The entity ID of the identity provider; empty where nobody knows it: it is learnt at the first sign-in. */
  idpEntityId: z
    .string({ error: 'must be text' })
    .trim()
    .max(1024, 'must not be longer than 1024 characters')
    .optional(),
  config: z.union([z.string(), z.record(z.string(), z.unknown())], {
    error: 'must be an object, or JSON as text',
  }),
})
export type ConnectionImport = z.output<typeof connectionImportSchema>

export type ReadImport = {
  request: ConnectionRequest & { metadata: { described: IdpMetadata } }
  settings: ProviderSettings
  /** The connection that importing it again brings up to date. */
  existing: ConnectionRecord | null
}

/**
 * The request an import comes to: a SAML connection whose people must exist already. Throws `validation_failed` with all
 * that is wrong, in the settings and beside them.
 */
export async function readImport(
  house: Pick<House, 'db'>,
  organizationId: string,
  { config, idpEntityId, ...said }: ConnectionImport,
): Promise<ReadImport> {
  const [request, settings] = allOrRefuse(
    () => {
      const request = parseConnectionRequest({ ...given(said), isSAML: true })
      checkComplete(request)
      return request
    },
    () => readProviderSettings(config),
  )
  const { tenant, product } = request
  const before = await findConnections(house.db, organizationId, {
    tenants: [tenant!],
    product,
    kind: 'saml',
  })
  const existing = findImported(before, settings, idpEntityId)
  return {
    settings,
    existing,
    request: {
      ...request,
      metadata: { described: toMetadata(settings, idpEntityId || knownEntityId(existing)) },
      fields: {
        ...request.fields,
        samlAudienceOverride: settings.spEntityId ?? '',
        deactivated: !settings.enabled,
        provisioning: 'existing',
        userPolicies: settings.userPolicies,
      },
    },
  }
}

/** Whose entity ID is given, or else whose sign-on address it is: also where it becomes known only now. */
function findImported(
  before: ConnectionRecord[],
  { loginUrl }: ProviderSettings,
  idpEntityId: string | undefined,
): ConnectionRecord | null {
  const named = idpEntityId && before.find(({ upstreamId }) => upstreamId === idpEntityId)
  if (named) return named
  const isThere = ({ ssoRedirectUrl, entityIdOpen }: IdpMetadata) =>
    ssoRedirectUrl === loginUrl && (!idpEntityId || entityIdOpen === true)
  return before.find(({ upstream }) => isThere(upstream as IdpMetadata)) ?? null
}

/** What the identity provider would say of itself in metadata, as far as the settings know it. */
function toMetadata({ loginUrl, certificates }: ProviderSettings, entityId: string | undefined): IdpMetadata {
  return {
    entityId: entityId ?? loginUrl,
    ...(entityId === undefined && { entityIdOpen: true }),
    ssoRedirectUrl: loginUrl,
    certificates,
    wantAuthnRequestsSigned: false,
    nameIdFormats: [],
  }
}

/** What was learnt, or given earlier, is not forgotten. */
function knownEntityId(existing: ConnectionRecord | null): string | undefined {
  if (!existing) return undefined
  const { entityId, entityIdOpen } = existing.upstream as IdpMetadata
  return entityIdOpen ? undefined : entityId
}

function given(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))
}

/** What both readings give; or, where either refuses, what is wrong with both at once. */
function allOrRefuse<One, Other>(one: () => One, other: () => Other): [One, Other] {
  const refused: VestibuleError[] = []
  const attempt = <Value>(read: () => Value): Value | undefined => {
    try {
      return read()
    } catch (thrown) {
      if (!isVestibuleError(thrown)) throw thrown
      refused.push(thrown)
      return undefined
    }
  }
  const values = [attempt(one), attempt(other)] as [One, Other]
  const [first] = refused
  if (!first) return values
  const fields: FieldError[] = refused.flatMap((error) => error.fields ?? [])
  throw new VestibuleError(first.code, refused.map(({ message }) => message).join(' '), { fields })
}
