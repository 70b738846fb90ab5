import type { SafeFetch } from '#lib/http/safe-fetch.ts'
import type { Expectation } from '#lib/oidc/answer-reading.ts'
import { mintAuthorizationRequest } from '#lib/oidc/authorization-request.ts'
import { parseProviderMetadata } from '#lib/oidc/provider-metadata.ts'
import { type Verdict, verifyAnswer } from '#lib/oidc/verify-answer.ts'
import { respondTestIdp } from '../respond.ts'
import { idp, issuer, now, random } from '../response-fixture.ts'
import type { OidcFault } from './oidc-faults.ts'

/** A sign-in at the provider of acme, without a network: what is sent to it is answered by its own code. */

export const clientId = 'client of acme'
export const clientSecret = 'secret+/%: of the client'
export const redirectUri = `${issuer}/api/oauth/oidc`

export async function send(url: string, init: RequestInit = {}, at = now): Promise<Response> {
  const path = new URL(url).pathname.slice(new URL(idp.baseUrl).pathname.length + 1)
  return respondTestIdp(new Request(url, init), idp, { path, now: at, random, tenantName: 'Acme' })
}

export const fetchFromIdp: SafeFetch = async (url, { method, headers, body } = {}) => {
  const answer = await send(url, { method, headers, body })
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    text: await answer.text(),
    url,
  }
}

export async function loadJson(url: string): Promise<Record<string, unknown>> {
  return JSON.parse((await fetchFromIdp(url)).text)
}

export type Choice = { fault?: OidcFault; fresh?: boolean; attributes?: Record<string, string | string[]> }

/** The whole way: request, page, code, tokens, userinfo. `expected` changes what the relying party knows. */
export async function signInAt(
  { fault, fresh = false, attributes }: Choice = {},
  expected: Partial<Expectation> = {},
): Promise<{ verdict: Verdict; parameters: URLSearchParams }> {
  const provider = parseProviderMetadata(
    await loadJson(`${idp.baseUrl}/oidc/.well-known/openid-configuration`),
  )
  const asked = { provider, clientId, redirectUri, state: 'state-1', fresh, loginHint: null }
  const { url, sent } = mintAuthorizationRequest(asked, { now, random })
  const answer = await send(`${idp.baseUrl}/oidc/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({
      ...Object.fromEntries(new URL(url).searchParams),
      person: 'engineer',
      ...(fault && { fault }),
      ...(attributes && { attributes }),
    }),
  })
  if (answer.status !== 200) throw new Error(await answer.text())
  const { parameters } = (await answer.json()) as { parameters: Record<string, string> }
  const keys = { load: () => loadJson(provider.jwks_uri), refresh: () => loadJson(provider.jwks_uri) }
  const returned = new URLSearchParams(parameters)
  const verdict = await verifyAnswer(returned, {
    ...{ provider, clientId, clientSecret, redirectUri, sent, now, keys, fetch: fetchFromIdp },
    ...expected,
  })
  return { verdict, parameters: returned }
}
