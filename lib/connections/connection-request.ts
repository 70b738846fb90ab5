import { z } from 'zod'
import { type FieldError, VestibuleError } from '../base/errors.ts'
import { isRegistrableRedirectUrl } from '../base/redirect-url.ts'
import { type AttributeMap, attributeMapSchema } from '../matching/attribute-map.ts'
import { type SaidPolicies, userPoliciesSchema } from '../matching/user-policies.ts'
import type { IdpMetadata } from '../saml/metadata.ts'
import type { ConnectionKind } from './contract.ts'
import type { ProviderSource } from './oidc/upstream.ts'
import { upstreamSecretMask } from './upstream-secret.ts'

/**
 * The connections API speaks the Polis dialect: forms and JSON, camelCase, booleans and numbers as strings,
 * redirect URLs in four notations, and fixed texts for what is wrong. Here it becomes one typed request.
 */
export type ConnectionFields = {
  name?: string
  label?: string
  description?: string
  defaultRedirectUrl?: string
  redirectUrls?: string[]
  forceAuthn?: boolean
  identifierFormat?: string
  sortOrder?: number | null
  acsUrlOverride?: string
  samlAudienceOverride?: string
  deactivated?: boolean
  provisioning?: Provisioning
  trustEmail?: boolean
  allowUnsolicited?: boolean
  allowLegacyEncryption?: boolean
  userPolicies?: SaidPolicies | null
  attributeMap?: AttributeMap | null
}

export type Provisioning = 'passthrough' | 'existing' | 'auto' | 'approval'

/** Where the identity provider's metadata comes from: text, an address, or what was read elsewhere. */
export type MetadataSource = { xml: string } | { url: string } | { described: IdpMetadata }

/** An OpenID provider, and the client we are there. What was not said stays as it is. */
export type ProviderInput = { clientId?: string; clientSecret?: string; source?: ProviderSource }

/** A customer's page. What was not said stays as it is. */
export type PageInput = { ssoUrl?: string; audience?: string }

export type ConnectionRequest = {
  kind: ConnectionKind
  tenant?: string
  product?: string
  clientID?: string
  clientSecret?: string
  /** For the kind `saml`. */
  metadata?: MetadataSource
  /** For the kind `oidc`. */
  provider?: ProviderInput
  /** For the kind `jwt`. */
  page?: PageInput
  fields: ConnectionFields
}

const text = (max: number) =>
  z.string({ error: 'must be text' }).max(max, `must not be longer than ${max} characters`)
const boolean = z.union([z.boolean(), z.enum(['true', 'false']).transform((value) => value === 'true')], {
  error: 'must be true or false',
})
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http(s) URL' }).max(2048)

/** An object as it is, or as JSON in a text: all that a form can carry. Empty text is null. */
function inJson<Schema extends z.ZodType>(schema: Schema) {
  const parse = (value: unknown, context: z.RefinementCtx) => {
    if (typeof value !== 'string') return value
    if (value.trim() === '') return null
    try {
      return JSON.parse(value) as unknown
    } catch {
      context.addIssue({ code: 'custom', message: 'must be an object or JSON' })
      return z.NEVER
    }
  }
  return z.unknown().transform(parse).pipe(schema)
}

/** Members of our own answers that a client may send back as it got them. */
const echoed = [
  'idpMetadata',
  'oidcProvider',
  'jwt',
  'strategy',
  'createdAt',
  'updatedAt',
  'id',
  'tags',
] as const

const members = {
  tenant: text(1024).optional(),
  product: text(1024).optional(),
  clientID: text(200).optional(),
  clientSecret: text(200).optional(),
  rawMetadata: z.string().optional(),
  encodedRawMetadata: z.string().optional(),
  metadataUrl: text(2048).optional(),
  isSAML: boolean.optional(),
  oidcDiscoveryUrl: text(2048).optional(),
  oidcMetadata: z
    .union([z.string(), z.record(z.string(), z.unknown())], { error: 'must be an object or JSON' })
    .optional(),
  oidcClientId: text(1024).optional(),
  oidcClientSecret: text(4096).optional(),
  isOIDC: boolean.optional(),
  ssoUrl: text(2048).optional(),
  audience: text(255).optional(),
  isJWT: boolean.optional(),
  name: text(200).optional(),
  label: text(200).optional(),
  description: z.string().max(100, 'Description should not exceed 100 characters').optional(),
  defaultRedirectUrl: text(2048).optional(),
  redirectUrl: z.unknown().optional(),
  forceAuthn: boolean.optional(),
  identifierFormat: text(200).optional(),
  sortOrder: z.unknown().optional(),
  acsUrlOverride: httpUrl.or(z.literal('')).optional(),
  samlAudienceOverride: text(1024).optional(),
  deactivated: boolean.optional(),
  provisioning: z.enum(['passthrough', 'existing', 'auto', 'approval']).optional(),
  trustEmail: boolean.optional(),
  allowUnsolicited: boolean.optional(),
  allowLegacyEncryption: boolean.optional(),
  userPolicies: inJson(userPoliciesSchema.nullable()).optional(),
  attributeMap: inJson(attributeMapSchema.nullable()).optional(),
}

const schema = z.strictObject({
  ...members,
  ...Object.fromEntries(echoed.map((name) => [name, z.unknown().optional()])),
})

/** Parses a body of the connections API. Throws `validation_failed` with the dialect's text and the paths. */
export function parseConnectionRequest(body: Record<string, unknown>): ConnectionRequest {
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw refuseFields(parsed.error.issues.flatMap(toFieldErrors))
  const input = parsed.data as Input
  const kind = kindOf(input)
  const { tenant, product, clientID, clientSecret } = input
  checkName('tenant', tenant)
  checkName('product', product)
  const fields: ConnectionFields = {
    name: input.name,
    label: input.label,
    description: input.description,
    defaultRedirectUrl: parseDefaultRedirectUrl(input.defaultRedirectUrl),
    redirectUrls: parseRedirectUrls(input.redirectUrl),
    forceAuthn: input.forceAuthn,
    identifierFormat: input.identifierFormat,
    sortOrder: parseSortOrder(input.sortOrder),
    acsUrlOverride: input.acsUrlOverride,
    samlAudienceOverride: input.samlAudienceOverride,
    deactivated: input.deactivated,
    provisioning: input.provisioning,
    trustEmail: input.trustEmail,
    allowUnsolicited: input.allowUnsolicited,
    allowLegacyEncryption: input.allowLegacyEncryption,
    userPolicies: input.userPolicies,
    attributeMap: input.attributeMap,
  }
  const named = { tenant, product, clientID, clientSecret, fields }
  return { kind, ...named, ...describeUpstream[kind](input) }
}

type Input = z.output<z.ZodObject<typeof members>>

const describeUpstream: Record<
  ConnectionKind,
  (input: Input) => Pick<ConnectionRequest, 'metadata' | 'provider' | 'page'>
> = {
  saml: (input) => ({ metadata: toMetadataSource(input) }),
  oidc: (input) => ({ provider: toProviderInput(input) }),
  jwt: ({ ssoUrl, audience }) => ({
    page: { ssoUrl: ssoUrl?.trim() || undefined, audience: audience?.trim() || undefined },
  }),
}

/** Which kind the request is about: by what describes its upstream, or by its marker. */
function kindOf(input: Input): ConnectionKind {
  if (input.rawMetadata || input.encodedRawMetadata || input.metadataUrl || input.isSAML) return 'saml'
  if (input.oidcDiscoveryUrl || input.oidcMetadata || input.isOIDC) return 'oidc'
  if (input.ssoUrl || input.isJWT) return 'jwt'
  throw refuse('Missing SSO connection params')
}

/** The mask that stands in our answers in place of the secret is not a secret. */
function toProviderInput(input: Input): ProviderInput {
  const { oidcDiscoveryUrl: discoveryUrl, oidcMetadata: metadata, oidcClientSecret: secret } = input
  return {
    clientId: input.oidcClientId?.trim() || undefined,
    clientSecret: secret?.trim() === upstreamSecretMask ? undefined : secret?.trim() || undefined,
    source: discoveryUrl ? { discoveryUrl } : metadata ? { metadata } : undefined,
  }
}

/** What a new connection of any kind cannot do without, in the order and words of the dialect. */
export function checkComplete(request: ConnectionRequest): asserts request is ConnectionRequest & {
  tenant: string
  product: string
  fields: { defaultRedirectUrl: string; redirectUrls: string[] }
} {
  if (!request.fields.defaultRedirectUrl)
    throw refuse('Please provide a defaultRedirectUrl', 'defaultRedirectUrl')
  if (!request.fields.redirectUrls?.length) throw refuse('Please provide redirectUrl', 'redirectUrl')
  if (!request.tenant) throw refuse('Please provide tenant', 'tenant')
  if (!request.product) throw refuse('Please provide product', 'product')
}

function toFieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    const message = issue.path.length === 0 ? 'is not a member of a connection' : 'is not known here'
    return issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), message }))
  }
  return [{ path: issue.path.join('.'), message: issue.message }]
}

function refuseFields(fields: FieldError[]): VestibuleError {
  const first = fields[0]!
  const sentence = /^[A-Z]/.test(first.message)
    ? first.message
    : `${first.path || 'The body'} ${first.message}`
  return new VestibuleError('validation_failed', sentence, { fields })
}

function refuse(message: string, path = ''): VestibuleError {
  return new VestibuleError('validation_failed', message, { fields: [{ path, message }] })
}

function checkName(member: 'tenant' | 'product', value: string | undefined): void {
  if (value === undefined || value === '') return
  if (value.includes(':')) throw refuse(`${member} cannot contain the character :`, member)
  if (value.length > 128) throw refuse(`${member} should not exceed 128 characters`, member)
  if (
    /[\u0000-\u001f\u007f-\u009f]/.test(value) ||
    value !== value.trim() ||
    value === '.' ||
    value === '..'
  ) {
    throw refuse(
      `${member} cannot contain control characters, begin or end with a space, or be a dot path`,
      member,
    )
  }
}

function parseDefaultRedirectUrl(value: string | undefined): string | undefined {
  if (value === undefined || value === '') return undefined
  if (value.includes('*') || !isRegistrableRedirectUrl(value))
    throw refuse('defaultRedirectUrl is invalid', 'defaultRedirectUrl')
  return value
}

/** An array, a JSON array as text, one URL, or a repeated form field. */
function parseRedirectUrls(value: unknown): string[] | undefined {
  if (value === undefined || value === '' || value === null) return undefined
  const urls = typeof value === 'string' ? parseUrlText(value) : value
  if (!Array.isArray(urls) || urls.some((url) => typeof url !== 'string'))
    throw refuse('redirectUrl is invalid', 'redirectUrl')
  if (urls.length > 100) throw refuse('Exceeded maximum number of allowed redirect urls', 'redirectUrl')
  const wrong = urls.findIndex((url) => !isRegistrableRedirectUrl(url))
  if (wrong !== -1) throw refuse('redirectUrl is invalid', `redirectUrl.${wrong}`)
  return [...new Set(urls as string[])]
}

function parseUrlText(value: string): unknown {
  if (!value.trimStart().startsWith('[')) return [value]
  try {
    return JSON.parse(value)
  } catch {
    throw refuse('redirectUrl is invalid', 'redirectUrl')
  }
}

function parseSortOrder(value: unknown): number | null | undefined {
  if (value === undefined) return undefined
  if (value === null || value === '') return null
  const number = typeof value === 'string' && /^-?\d+$/.test(value.trim()) ? Number(value) : value
  if (!Number.isInteger(number) || Math.abs(number as number) > 2_147_483_647) {
    throw refuse('The field `sortOrder` must be a number.', 'sortOrder')
  }
  return number as number
}

function toMetadataSource(input: {
  rawMetadata?: string
  encodedRawMetadata?: string
  metadataUrl?: string
}): MetadataSource | undefined {
  if (input.rawMetadata) return { xml: input.rawMetadata }
  if (input.encodedRawMetadata) return { xml: decodeMetadata(input.encodedRawMetadata) }
  return input.metadataUrl ? { url: input.metadataUrl } : undefined
}

function decodeMetadata(encoded: string): string {
  const compact = encoded.replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/_-]+={0,2}$/.test(compact))
    throw refuse('encodedRawMetadata is not base64', 'encodedRawMetadata')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(compact, 'base64'))
  } catch {
    throw refuse('encodedRawMetadata is not UTF-8 text in base64', 'encodedRawMetadata')
  }
}
