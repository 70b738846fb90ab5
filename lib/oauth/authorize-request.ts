/**
 * The OAuth room: the authorization code flow towards client applications (RFC 6749, RFC 7636, RFC 9207, OpenID
 * Connect Core). Values in, values out, plus grants in the store. Must not know how people are authenticated.
 */
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
  prompt: string[]
  maxAge: string | null
  forceAuthn: boolean
  /** `saml` from the next-auth provider of the dialect. */
  provider: string | null
  /** Names of known parameters that came more than once. */
  repeated: string[]
  /** Names of known parameters that no database could keep: longer than 8,192 characters, or with a NUL. */
  unreadable: string[]
  /** `request` or `request_uri`, which are not supported (OpenID Connect Core §6). */
  requestObject: 'request' | 'request_uri' | null
}

const known = [
  'client_id', 'redirect_uri', 'response_type', 'response_mode', 'state', 'scope', 'nonce', 'code_challenge',
  'code_challenge_method', 'idp_hint', 'login_hint', 'prompt', 'max_age', 'forceAuthn', 'provider', 'tenant', 'product',
  'access_type', 'request', 'request_uri', 'id_token_hint', 'acr_values', 'ui_locales', 'claims',
] // biome-ignore format: a list of wire names

export function parseAuthorizeRequest(parameters: URLSearchParams): AuthorizeRequest {
  const one = (name: string) => parameters.get(name) || null
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
    prompt: (one('prompt') ?? '').split(' ').filter(Boolean),
    maxAge: one('max_age'),
    forceAuthn: parameters.get('forceAuthn') === 'true',
    provider: one('provider'),
    repeated: known.filter((name) => parameters.getAll(name).length > 1),
    unreadable: known.filter((name) => isUnreadable(parameters.get(name) ?? '')),
    requestObject: parameters.has('request')
      ? 'request'
      : parameters.has('request_uri')
        ? 'request_uri'
        : null,
  }
}

function isUnreadable(text: string): boolean {
  return text.length > 8192 || text.includes('\u0000')
}

/** Whether the client asked for an ID token (OpenID Connect Core §3.1.2.1). */
export function wantsIdToken(request: Pick<AuthorizeRequest, 'scope' | 'provider' | 'nonce'>): boolean {
  if (!request.scope.split(/[ ,]/).includes('openid')) return false
  // The provider of next-auth 4 asks for openid on its own, sends no nonce, and fails when it gets an ID token.
  return !(request.provider === 'saml' && !request.nonce)
}
