import { z } from 'zod'
import { VestibuleError } from '../base/errors.ts'

/** What a provider says of itself (OpenID Connect Discovery 1.0 §3, RFC 9207 §3), as far as a sign-in needs it. */
export type ProviderMetadata = {
  issuer: string
  authorization_endpoint: string
  token_endpoint: string
  jwks_uri: string
  userinfo_endpoint?: string
  /** Those of the announced ones that we accept; never empty. */
  id_token_signing_alg_values_supported: string[]
  /** Those of the announced ones that we can do; never empty. */
  token_endpoint_auth_methods_supported: ClientAuthMethod[]
  authorization_response_iss_parameter_supported?: boolean
  claims_supported?: string[]
  end_session_endpoint?: string
}

export type ClientAuthMethod = 'client_secret_basic' | 'client_secret_post'

/** Signatures made with a key pair. Those made with the client secret (HS…) and `none` prove nothing about the provider. */
const acceptedAlgorithms = /^(?:(?:RS|PS|ES)(?:256|384|512)|EdDSA|Ed25519)$/

/** What is assumed of a provider that says nothing (OpenID Connect Discovery §3, OpenID Connect Core §15.1). */
const defaults = { algorithms: ['RS256'], methods: ['client_secret_basic'] }

const endpoint = z.string().max(2048).refine(isFetchable, 'is not an https URL')
const names = z.array(z.string().max(200)).max(500)

const schema = z.object({
  issuer: z.string().max(2048),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  jwks_uri: endpoint,
  userinfo_endpoint: endpoint.optional(),
  id_token_signing_alg_values_supported: names.default(defaults.algorithms),
  token_endpoint_auth_methods_supported: names.default(defaults.methods),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
  claims_supported: names.optional(),
  end_session_endpoint: endpoint.optional().catch(undefined),
})

/**
 * Reads a discovery document, or metadata given by hand; members we do not use are left out.
 * Throws `validation_failed` with a sentence that names what is missing or wrong.
 */
export function parseProviderMetadata(document: unknown): ProviderMetadata {
  const parsed = schema.safeParse(document)
  if (!parsed.success) throw refuse(describe(parsed.error.issues[0]!))
  const { id_token_signing_alg_values_supported: announced, ...metadata } = parsed.data
  checkIssuer(metadata.issuer)
  const algorithms = announced.filter((algorithm) => acceptedAlgorithms.test(algorithm))
  if (algorithms.length === 0) {
    throw refuse(
      `The provider signs ID tokens with ${announced.join(', ') || 'nothing'} only. Signatures made with a key of its own are needed, such as RS256 or ES256.`,
    )
  }
  const methods = metadata.token_endpoint_auth_methods_supported.filter(isClientAuthMethod)
  if (methods.length === 0) {
    throw refuse(
      'The provider takes client secrets neither by client_secret_basic nor by client_secret_post, so this connection could not authenticate there.',
    )
  }
  return {
    ...metadata,
    id_token_signing_alg_values_supported: algorithms,
    token_endpoint_auth_methods_supported: methods,
  }
}

/** The address of the discovery document: the one given, or the one below the issuer that was given in its place. */
export function discoveryAddress(url: string): string {
  return url.includes('/.well-known/') ? url : `${url.replace(/\/+$/, '')}${wellKnown}`
}

const wellKnown = '/.well-known/openid-configuration'

/**
 * The issuer of a discovery document must be the one under whose address it stands (OpenID Connect Discovery §4.3).
 * Throws `validation_failed`.
 */
export function checkDiscoveredIssuer(issuer: string, discoveryUrl: string): void {
  const { origin, pathname } = new URL(discoveryUrl)
  const expected = discoveryAddress(issuer)
  // RFC 8414 §3.1 puts the well-known part between host and path.
  const { origin: issuerOrigin, pathname: issuerPath } = new URL(issuer)
  const between = `${issuerOrigin}/.well-known/oauth-authorization-server${issuerPath.replace(/\/$/, '')}`
  if ([expected, between].includes(`${origin}${pathname}`)) return
  throw refuse(
    `The document at this address describes the issuer ${issuer}, which has its own at ${expected}. Enter that address if this is the provider you mean, or its metadata itself.`,
  )
}

/** Whether we may ever be sent there: https, or http on the machine itself. What the name leads to is judged when it is called. */
export function isFetchable(url: string): boolean {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (!parsed || parsed.username || parsed.password) return false
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(parsed.hostname)
  return parsed.protocol === 'https:' || (parsed.protocol === 'http:' && local)
}

/** An issuer is an https URL without query and fragment (OpenID Connect Core §2), and one, not a pattern for many. */
function checkIssuer(issuer: string): void {
  if (/[{}]/.test(issuer)) {
    throw refuse(
      `This is the address for accounts of any directory (its issuer is ${issuer}): whoever has an account anywhere could sign in. Use the address of your own directory, with its id in place of "common" or "organizations".`,
    )
  }
  if (!isFetchable(issuer) || /[?#]/.test(issuer))
    throw refuse(`The issuer must be an https URL without query, not "${issuer}".`)
}

function isClientAuthMethod(method: string): method is ClientAuthMethod {
  return method === 'client_secret_basic' || method === 'client_secret_post'
}

function describe({ path, message, code }: z.core.$ZodIssue): string {
  if (path.length === 0) return 'The metadata of the provider must be a JSON object.'
  const member = path.join('.')
  const lacks = code === 'invalid_type' && message.includes('undefined')
  return lacks
    ? `The metadata of the provider lacks ${member}.`
    : `${member} of the provider’s metadata ${toWords(message)}.`
}

function toWords(message: string): string {
  return /^is /.test(message) ? message : 'has a form that is not expected'
}

function refuse(sentence: string): VestibuleError {
  return new VestibuleError('validation_failed', sentence)
}
