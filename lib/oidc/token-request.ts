import * as client from 'openid-client'
import { isVestibuleError } from '../base/errors.ts'
import type { SafeFetch, SafeFetchAnswer } from '../http/safe-fetch.ts'
import type { ClientAuthMethod, ProviderMetadata } from './provider-metadata.ts'

// Where openid-client speaks with the provider. What it sends and receives goes through our own fetch, so that every
// address is checked; what it thinks of the answer is one opinion, the ordered checks of verify-answer are the other.

export type Exchange = {
  provider: ProviderMetadata
  clientId: string
  clientSecret: string
  redirectUri: string
  code: string
  nonce: string
  verifier: string
  fetch: SafeFetch
  /** The provider's key set, as JSON text; asked for when the library verifies the signature. */
  loadKeySet(idToken: string): Promise<string>
}

export type Exchanged = {
  /** How we authenticated at last. */
  method: ClientAuthMethod
  /** What the token endpoint answered, or the sentence that says why it could not be asked. */
  answer: { status: number; json: Record<string, unknown> | null } | { unreachable: string }
  /** What the library has against it, in its own words; null when nothing. */
  objection: string | null
}

/**
 * Takes the code to the token endpoint (OpenID Connect Core §3.1.3.1). The client authenticates by the methods the
 * provider announces: the default one first, and the other where that is refused, since providers announce what they
 * can do and not what this one client was set up for.
 */
export async function exchangeCode(exchange: Exchange): Promise<Exchanged> {
  const announced = exchange.provider.token_endpoint_auth_methods_supported
  const methods = (['client_secret_basic', 'client_secret_post'] as const).filter((one) =>
    announced.includes(one),
  )
  let last: Exchanged | undefined
  for (const method of methods) {
    last = await exchangeBy(method, exchange)
    if (!isClientRefused(last.answer)) return last
  }
  return last!
}

/** Whether the token endpoint does not know the client by these credentials (RFC 6749 §5.2). */
export function isClientRefused(answer: Exchanged['answer']): boolean {
  return (
    'status' in answer &&
    (answer.json?.error === 'invalid_client' || (answer.status === 401 && !answer.json?.error))
  )
}

async function exchangeBy(method: ClientAuthMethod, exchange: Exchange): Promise<Exchanged> {
  const { provider, redirectUri, code, nonce, verifier } = exchange
  let received: SafeFetchAnswer | undefined
  const config = configure(method, exchange, async (url, options) => {
    const idToken = parseObject(received?.text)?.id_token
    if (url === provider.jwks_uri && typeof idToken === 'string')
      return new Response(await exchange.loadKeySet(idToken), {
        headers: { 'content-type': 'application/json' },
      })
    received = await send(exchange.fetch, url, options)
    return toResponse(received)
  })
  // Without this the code flow believes the connection to the token endpoint and verifies no signature.
  client.enableNonRepudiationChecks(config)
  const answered = new URL(redirectUri)
  answered.search = new URLSearchParams({ code, iss: provider.issuer }).toString()
  const checks = {
    pkceCodeVerifier: verifier,
    expectedNonce: nonce,
    expectedState: client.skipStateCheck,
    idTokenExpected: true,
  } as const
  try {
    await client.authorizationCodeGrant(config, answered, checks)
    return { method, answer: readAnswer(received!), objection: null }
  } catch (thrown) {
    if (!received) return { method, answer: { unreachable: explainFailure(thrown) }, objection: null }
    return { method, answer: readAnswer(received), objection: describeObjection(thrown) }
  }
}

export type UserinfoAnswer =
  | { claims: Record<string, unknown> }
  | { unreachable: string }
  | { refused: string }
  | { malformed: string }

/** Asks for the claims about the person (OpenID Connect Core §5.3). Whether they are about that person is a check of its own. */
export async function fetchUserinfo(
  exchange: Pick<Exchange, 'provider' | 'clientId' | 'clientSecret' | 'fetch'>,
  accessToken: string,
): Promise<UserinfoAnswer> {
  let received: SafeFetchAnswer | undefined
  const config = configure('client_secret_basic', exchange, async (url, options) => {
    received = await send(exchange.fetch, url, options)
    return toResponse(received)
  })
  try {
    const claims = await client.fetchUserInfo(config, accessToken, client.skipSubjectCheck)
    return { claims: { ...claims } }
  } catch (thrown) {
    if (!received) return { unreachable: explainFailure(thrown) }
    if (received.status !== 200) return { refused: `status ${received.status}` }
    return { malformed: describeObjection(thrown) }
  }
}

type LibraryFetch = (url: string, options: client.CustomFetchOptions) => Promise<Response>

function configure(
  method: ClientAuthMethod,
  { provider, clientId, clientSecret }: Pick<Exchange, 'provider' | 'clientId' | 'clientSecret'>,
  fetch: LibraryFetch,
): client.Configuration {
  const authenticate =
    method === 'client_secret_post'
      ? client.ClientSecretPost(clientSecret)
      : client.ClientSecretBasic(clientSecret)
  // The library reads the machine's clock. Here time is an argument, and our own checks judge it.
  const metadata = { [client.clockTolerance]: Number.MAX_SAFE_INTEGER }
  const config = new client.Configuration({ ...provider }, clientId, metadata, authenticate)
  config[client.customFetch] = fetch
  // Which addresses may be called, and which of them without https, is decided by the fetch it is given.
  client.allowInsecureRequests(config)
  return config
}

function send(fetch: SafeFetch, url: string, options: client.CustomFetchOptions): Promise<SafeFetchAnswer> {
  return fetch(url, {
    method: options.method === 'POST' ? 'POST' : 'GET',
    headers: Object.fromEntries(new Headers(options.headers)),
    body: options.body?.toString(),
    maxBytes: 262_144,
    // Credentials travel with it, so it goes to this address and no other.
    maxRedirects: 0,
  })
}

function toResponse({ status, headers, text }: SafeFetchAnswer): Response {
  const kept = Object.entries(headers).filter(([name]) => ['content-type', 'www-authenticate'].includes(name))
  const hasBody = ![204, 205, 304].includes(status)
  return new Response(hasBody ? text : null, { status, headers: Object.fromEntries(kept) })
}

function readAnswer({ status, text }: SafeFetchAnswer): {
  status: number
  json: Record<string, unknown> | null
} {
  return { status, json: parseObject(text) }
}

function parseObject(text: string | undefined): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text ?? '')
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

/** The sentence of our fetch that stands behind the library's error. */
function explainFailure(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined
  if (isVestibuleError(thrown)) return thrown.message
  if (isVestibuleError(cause)) return cause.message
  throw thrown
}

/** The innermost thing the library says: "invalid response encountered" alone helps nobody. */
function describeObjection(thrown: unknown): string {
  if (!(thrown instanceof Error)) throw thrown
  const { cause } = thrown
  return cause instanceof Error ? cause.message : thrown.message
}
