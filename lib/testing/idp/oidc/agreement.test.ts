import { describe, expect, test } from 'vitest'
import { secondsAfter } from '#lib/base/clock.ts'
import { mapClaims } from '#lib/connections/oidc/map-claims.ts'
import type { SafeFetch } from '#lib/http/safe-fetch.ts'
import type { Expectation } from '#lib/oidc/answer-reading.ts'
import { mintAuthorizationRequest } from '#lib/oidc/authorization-request.ts'
import { explainOidcCause } from '#lib/oidc/causes.ts'
import { parseProviderMetadata } from '#lib/oidc/provider-metadata.ts'
import { answerChecks, type Verdict, verifyAnswer } from '#lib/oidc/verify-answer.ts'
import { people } from '../people.ts'
import { respondTestIdp } from '../respond.ts'
import { idp, issuer, now, random } from '../response-fixture.ts'
import { type OidcFault, oidcFaults } from './oidc-faults.ts'

/** The two halves share no code; here, and only here, they meet. */

/** A sign-in at the provider of acme, without a network: what is sent to it is answered by its own code. */

const clientId = 'client of acme'
const clientSecret = 'secret+/%: of the client'
const redirectUri = `${issuer}/api/oauth/oidc`

async function send(url: string, init: RequestInit = {}, at = now): Promise<Response> {
  const path = new URL(url).pathname.slice(new URL(idp.baseUrl).pathname.length + 1)
  return respondTestIdp(new Request(url, init), idp, { path, now: at, random, tenantName: 'Acme' })
}

const fetchFromIdp: SafeFetch = async (url, { method, headers, body } = {}) => {
  const answer = await send(url, { method, headers, body })
  return {
    status: answer.status,
    headers: Object.fromEntries(answer.headers),
    text: await answer.text(),
    url,
  }
}

async function loadJson(url: string): Promise<Record<string, unknown>> {
  return JSON.parse((await fetchFromIdp(url)).text)
}

type Choice = { fault?: OidcFault; fresh?: boolean; attributes?: Record<string, string | string[]> }

/** The whole way: request, page, code, tokens, userinfo. `expected` changes what the relying party knows. */
async function signInAt(
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

const engineer = people('acme')[0]!

describe('the relying party accepts good answers', () => {
  test('every check passes, and the claims are those of the person', async () => {
    const { verdict } = await signInAt()
    expect(verdict.checks.filter(({ ok }) => !ok)).toEqual([])
    expect(verdict.checks.map(({ name }) => name)).toEqual(answerChecks.map(({ name }) => name))
    expect(verdict).toMatchObject({
      ok: true,
      answer: { subject: engineer.id, claims: { email: engineer.email, given_name: 'Demo' }, amr: ['pwd'] },
    })
  })

  test('when a fresh sign-in was asked for', async () => {
    const { verdict } = await signInAt({ fresh: true })
    expect(verdict.checks).toContainEqual({
      name: 'Time of sign-in',
      ok: true,
      expected: now.toISOString(),
      received: now.toISOString(),
    })
  })

  test('with other attributes', async () => {
    const attributes = { email: 'other@acme.example', groups: ['a', 'b'], department: 'Sales' }
    const { verdict } = await signInAt({ attributes })
    expect(verdict).toMatchObject({ ok: true, answer: { claims: attributes } })
  })
})

describe('every fault leads to the cause it announces', () => {
  /** Those that are found outside of this room: by the memory of what was accepted, and by the mapping. */
  const elsewhere = ['saml_replayed', 'profile_email_missing']
  const cases = Object.entries(oidcFaults) as [OidcFault, (typeof oidcFaults)[OidcFault]][]

  test.each(cases.filter(([, { expectedCause }]) => !elsewhere.includes(expectedCause ?? '')))(
    '%s',
    async (fault, { expectedCause }) => {
      const { verdict } = await signInAt({ fault })
      expect(verdict.ok ? null : verdict.cause).toBe(expectedCause)
      if (verdict.ok) return
      expect(verdict.checks.slice(0, -1).every(({ ok }) => ok)).toBe(true)
      const { expected, received } = verdict.checks.at(-1)!
      const sentence = explainOidcCause(verdict.cause, { provider: 'Acme', expected, received })
      expect(sentence).toMatch(/^[A-Z].*\.$/s)
      expect(sentence).not.toContain('undefined')
      expect(verdict.checks.at(-1)!.ok).toBe(false)
    },
  )

  test('replay: the second token has the id of the first', async () => {
    const [first, second, other] = [
      await signInAt({ fault: 'replay' }),
      await signInAt({ fault: 'replay' }),
      await signInAt(),
    ]
    const idOf = ({ verdict }: typeof first) => verdict.ok && verdict.answer.onceId
    expect(idOf(first)).toBe(idOf(second))
    expect(idOf(first)).not.toBe(idOf(other))
  })

  test('no-email: nothing that could serve as an address is left', async () => {
    const { verdict } = await signInAt({ fault: 'no-email' })
    expect(verdict.ok && mapClaims(verdict.answer.claims, null).email).toBeNull()
  })
})

describe('what the relying party was told makes the difference', () => {
  const causeOf = async (...given: Parameters<typeof signInAt>) => {
    const { verdict } = await signInAt(...given)
    return verdict.ok ? null : verdict.cause
  }

  test('the same ID token, later', async () => {
    expect(await causeOf({}, { now: secondsAfter(now, 300 + 119) })).toBeNull()
    expect(await causeOf({}, { now: secondsAfter(now, 300 + 120) })).toBe('oidc_expired')
    expect(await causeOf({}, { now: secondsAfter(now, -120) })).toBeNull()
    expect(await causeOf({}, { now: secondsAfter(now, -121) })).toBe('oidc_issued_in_future')
  })

  test('other keys than those it signs with', async () => {
    const nothing = async () => ({ keys: [] })
    expect(await causeOf({}, { keys: { load: nothing, refresh: nothing } })).toBe('oidc_unknown_key')
    const broken = async () => 'no key set'
    expect(await causeOf({}, { keys: { load: broken, refresh: broken } })).toBe('oidc_keys_malformed')
  })
})
