import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose'
import { z } from 'zod'
import { isVestibuleError, VestibuleError } from '../../base/errors.ts'
import type { House } from '../../house.ts'
import type { SafeFetchAnswer, SafeFetchOptions } from '../../http/safe-fetch.ts'
import { type DemoSite, demoClientId, demoRedirectUri } from './demo-application.ts'

type Client = Pick<House, 'fetch' | 'config'>

/** What the demo application uses of OpenID Connect Discovery §3. */
export type Provider = {
  issuer: string
  authorizationEndpoint: string
  tokenEndpoint: string
  userinfoEndpoint: string
  jwksUri: string
}

const discovery = z
  .object({
    issuer: z.string(),
    authorization_endpoint: z.url(),
    token_endpoint: z.url(),
    userinfo_endpoint: z.url(),
    jwks_uri: z.url(),
  })
  .transform((wire) => ({
    issuer: wire.issuer,
    authorizationEndpoint: wire.authorization_endpoint,
    tokenEndpoint: wire.token_endpoint,
    userinfoEndpoint: wire.userinfo_endpoint,
    jwksUri: wire.jwks_uri,
  }))

/** Reads the discovery document. Throws `temporarily_unavailable` when it is out of reach or another issuer's. */
export async function discoverProvider(client: Client, issuer: string): Promise<Provider> {
  const answer = await ask(client, `${issuer}/.well-known/openid-configuration`)
  const parsed = discovery.safeParse(parseObject(answer.text))
  if (answer.status === 200 && parsed.success && parsed.data.issuer === issuer) return parsed.data
  throw unavailable(`${issuer} answered, but not with the discovery document of this issuer.`)
}

const tokens = z.object({ access_token: z.string(), id_token: z.string() })

/**
 * Redeems the code (RFC 6749 §4.1.3), the client proving itself by HTTP Basic (§2.3.1). Throws `invalid_grant` with
 * what the token endpoint answered, `temporarily_unavailable` when it is out of reach.
 */
export async function redeemCode(
  client: Client,
  provider: Provider,
  site: DemoSite,
  input: { code: string; verifier: string },
): Promise<{ accessToken: string; idToken: string }> {
  const credentials = [demoClientId, client.config.clientSecretVerifier].map(encodeURIComponent).join(':')
  const answer = await ask(client, provider.tokenEndpoint, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(credentials, 'utf8').toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code: input.code,
      redirect_uri: demoRedirectUri(site),
      code_verifier: input.verifier,
    }).toString(),
  })
  const parsed = tokens.safeParse(parseObject(answer.text))
  if (answer.status !== 200 || !parsed.success)
    throw new VestibuleError('invalid_grant', describeAnswer('token', answer))
  return { accessToken: parsed.data.access_token, idToken: parsed.data.id_token }
}

/** Asks userinfo (OpenID Connect Core §5.3); `text` as it came. Throws `invalid_token` with what it answered. */
export async function fetchUserinfo(
  client: Client,
  provider: Provider,
  accessToken: string,
): Promise<{ members: Record<string, unknown>; text: string }> {
  const headers = { authorization: `Bearer ${accessToken}` }
  const answer = await ask(client, provider.userinfoEndpoint, { headers })
  const members = parseObject(answer.text)
  if (answer.status !== 200 || !members)
    throw new VestibuleError('invalid_token', describeAnswer('userinfo', answer))
  return { members, text: answer.text }
}

/** The keys that verify ID tokens (RFC 7517). Throws `temporarily_unavailable` when they cannot be had. */
export async function fetchKeys(client: Client, provider: Provider): Promise<JWTVerifyGetKey> {
  const answer = await ask(client, provider.jwksUri)
  try {
    return createLocalJWKSet(JSON.parse(answer.text))
  } catch {
    throw unavailable(`${provider.jwksUri} answered, but not with a set of keys.`)
  }
}

/** One request without redirects: a token endpoint that moves is not one to send secrets to. */
async function ask(client: Client, url: string, options: SafeFetchOptions = {}): Promise<SafeFetchAnswer> {
  try {
    return await client.fetch(url, { ...options, maxRedirects: 0, maxBytes: 256 * 1024 })
  } catch (thrown) {
    throw isVestibuleError(thrown) ? unavailable(thrown.message) : thrown
  }
}

function unavailable(message: string): VestibuleError {
  return new VestibuleError('temporarily_unavailable', message)
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null
  } catch {
    return null
  }
}

/** `The token endpoint answered 400 invalid_grant: …` */
function describeAnswer(endpoint: string, answer: SafeFetchAnswer): string {
  const body = parseObject(answer.text) ?? {}
  const what = [answer.status, body.error].filter((part) => typeof part !== 'object' && part !== undefined)
  const why = typeof body.error_description === 'string' ? `: ${body.error_description}` : '.'
  return `The ${endpoint} endpoint answered ${what.join(' ')}${why}`
}
