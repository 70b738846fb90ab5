/**
 * The OAuth room: what client applications see of a sign-in (RFC 6749, RFC 7636, RFC 9207, OpenID Connect Core):
 * authorization requests, tokens, userinfo. Values in, values out, plus grants in the store. Must not know how people
 * are authenticated.
 */
import { type ClaimsRequest, parseClaimsRequest } from './claims.ts'
import { type ClientReference, readClientReference } from './client-reference.ts'

/** An authorization request, parsed once. Text that may be absent is `null`. */
export type AuthorizeRequest = {
  client: ClientReference | null
  /** As the client sent it: later the `aud` of the ID token. */
  clientId: string
  redirectUri: string
  responseType: string
  responseMode: string
  state: string | null
  scope: string
  nonce: string | null
  codeChallenge: string | null
  codeChallengeMethod: string | null
  idpHint: string | null
  loginHint: string | null
  idTokenHint: string | null
  prompt: string[]
  maxAge: string | null
  acrValues: string[]
  /** `invalid` when it came and is not what OpenID Connect Core §5.5 says. */
  claims: ClaimsRequest | 'invalid' | null
  /** Resource indicators (RFC 8707). */
  resources: string[]
  /** RFC 9449 §10. */
  dpopJkt: string | null
  forceAuthn: boolean
  /** Carried to a customer's own page and back (JWT SSO), and handed back as it was in `requested`. */
  returnToParams: string | null
  /** `saml` from the next-auth provider of the dialect. */
  provider: string | null
  /** Names of known parameters that came more than once. */
  repeated: string[]
  /** Known parameters that nobody could keep: longer than 8,192 characters, 24,000 together, or with a NUL. */
  unreadable: string[]
  /** `request`, `request_uri` or `registration`, which are not supported (OpenID Connect Core §6, §7.2.1). */
  requestObject: 'request' | 'request_uri' | 'registration' | null
  /** Whether it was sent ahead by the client itself (RFC 9126). */
  pushed: boolean
}

const known = [
  'client_id', 'redirect_uri', 'response_type', 'response_mode', 'state', 'scope', 'nonce', 'code_challenge',
  'code_challenge_method', 'idp_hint', 'login_hint', 'prompt', 'max_age', 'forceAuthn', 'provider', 'tenant', 'product',
  'access_type', 'request', 'request_uri', 'id_token_hint', 'acr_values', 'ui_locales', 'claims', 'claims_locales',
  'display', 'dpop_jkt', 'registration', 'return_to_params',
] // biome-ignore format: a list of wire names

export function parseAuthorizeRequest(parameters: URLSearchParams, pushed = false): AuthorizeRequest {
  const one = (name: string) => parameters.get(name) || null
  const many = (name: string) => (one(name) ?? '').split(' ').filter(Boolean)
  const claims = one('claims')
  return {
    client: readClientReference(parameters),
    clientId: one('client_id') ?? '',
    redirectUri: one('redirect_uri') ?? '',
    responseType: one('response_type') ?? '',
    responseMode: one('response_mode') ?? 'query',
    state: parameters.get('state'),
    scope: one('scope') ?? '',
    nonce: one('nonce'),
    codeChallenge: one('code_challenge'),
    codeChallengeMethod: one('code_challenge_method'),
    idpHint: one('idp_hint'),
    loginHint: one('login_hint'),
    idTokenHint: one('id_token_hint'),
    prompt: many('prompt'),
    maxAge: one('max_age'),
    acrValues: many('acr_values'),
    claims: claims === null ? null : (parseClaimsRequest(claims) ?? 'invalid'),
    resources: parameters.getAll('resource').filter(Boolean),
    dpopJkt: one('dpop_jkt'),
    forceAuthn: parameters.get('forceAuthn') === 'true',
    returnToParams: one('return_to_params'),
    provider: one('provider'),
    repeated: known.filter((name) => parameters.getAll(name).length > 1),
    unreadable: unreadableOf(parameters),
    requestObject: unsupported.find((name) => parameters.has(name)) ?? null,
    pushed,
  }
}

/** All parameters together: they rest with the sign-in until it is over. In characters. */
const longestRequest = 24_000

function unreadableOf(parameters: URLSearchParams): string[] {
  const names = [...known, 'resource']
  const values = names.flatMap((name) => parameters.getAll(name))
  const length = values.reduce((sum, value) => sum + value.length, 0)
  if (length > longestRequest) return ['all of them together']
  return names.filter((name) => parameters.getAll(name).some(isUnreadable))
}

const unsupported = ['request', 'request_uri', 'registration'] as const

function isUnreadable(text: string): boolean {
  return text.length > 8192 || text.includes('\u0000') || !text.isWellFormed()
}

/** Whether the client asked for an ID token (OpenID Connect Core §3.1.2.1). */
export function wantsIdToken(request: Pick<AuthorizeRequest, 'scope' | 'provider' | 'nonce'>): boolean {
  if (!request.scope.split(/[ ,]/).includes('openid')) return false
  // The provider of next-auth 4 asks for openid on its own, sends no nonce, and fails when it gets an ID token.
  return !(request.provider === 'saml' && !request.nonce)
}
