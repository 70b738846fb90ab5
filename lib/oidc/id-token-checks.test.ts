import { describe, expect, test } from 'vitest'
import type { Reading } from './answer-reading.ts'
import { OidcRefusal } from './causes.ts'
import {
  checkAudience,
  checkAuthorizedParty,
  checkAuthTime,
  checkExpiry,
  checkIdToken,
  checkSubject,
} from './id-token-checks.ts'

const now = new Date('2026-06-01T10:00:00Z')
const seconds = now.getTime() / 1000

function reading(
  claims: Record<string, unknown>,
  more: { fresh?: boolean; claimsSupported?: string[] } = {},
): Reading {
  const provider = { issuer: 'https://idp.example', claims_supported: more.claimsSupported }
  const sent = { nonce: 'n', verifier: 'v', sentAt: seconds, fresh: more.fresh ?? false }
  return { claims, expect: { provider, clientId: 'us', sent, now } } as unknown as Reading
}

function causeOf(run: () => unknown): string | null {
  try {
    run()
    return null
  } catch (thrown) {
    if (thrown instanceof OidcRefusal) return thrown.oidcCause
    throw thrown
  }
}

describe('a fresh sign-in (auth_time)', () => {
  const judge = (...given: Parameters<typeof reading>) => causeOf(() => checkAuthTime(reading(...given)))

  test('is one after the request, clocks being two minutes apart at most', () => {
    expect(judge({ auth_time: seconds }, { fresh: true })).toBeNull()
    expect(judge({ auth_time: seconds - 120 }, { fresh: true })).toBeNull()
    expect(judge({ auth_time: seconds - 121 }, { fresh: true })).toBe('oidc_not_signed_in_again')
  })

  test('must be told, unless the provider announces that it never does', () => {
    expect(judge({}, { fresh: true })).toBe('oidc_auth_time_missing')
    expect(judge({}, { fresh: true, claimsSupported: ['sub', 'auth_time'] })).toBe('oidc_auth_time_missing')
    expect(judge({}, { fresh: true, claimsSupported: ['sub'] })).toBeNull()
    expect(judge({ auth_time: 'yesterday' }, { fresh: true, claimsSupported: ['sub'] })).toBe(
      'oidc_auth_time_missing',
    )
  })

  test('is nobody’s business when it was not asked for', () => {
    expect(judge({})).toBeNull()
    expect(judge({ auth_time: 1 })).toBeNull()
  })
})

describe('for whom a token is', () => {
  test.each([
    ['us', null],
    [['us'], null],
    [['them', 'us'], null],
    ['them', 'oidc_wrong_audience'],
    [['them'], 'oidc_wrong_audience'],
    [[], 'oidc_wrong_audience'],
    [undefined, 'oidc_wrong_audience'],
    [['US'], 'oidc_wrong_audience'],
    [{ us: true }, 'oidc_wrong_audience'],
  ])('aud %j', (aud, cause) => expect(causeOf(() => checkAudience(reading({ aud })))).toBe(cause))

  test.each([
    [{ aud: 'us' }, null],
    [{ aud: 'us', azp: 'us' }, null],
    [{ aud: ['us', 'them'], azp: 'us' }, null],
    [{ aud: ['us', 'them'] }, 'oidc_azp_missing'],
    [{ aud: 'us', azp: 'them' }, 'oidc_wrong_azp'],
    [{ aud: ['us', 'them'], azp: 'them' }, 'oidc_wrong_azp'],
    [{ aud: 'us', azp: ['us'] }, 'oidc_wrong_azp'],
  ])('%j', (claims, cause) => expect(causeOf(() => checkAuthorizedParty(reading(claims)))).toBe(cause))
})

test.each([
  [undefined, 'oidc_expiry_missing'],
  ['soon', 'oidc_expiry_missing'],
  [Number.NaN, 'oidc_expiry_missing'],
  [1e300, 'oidc_expiry_missing'],
  [seconds - 120, 'oidc_expired'],
  [seconds - 119, null],
])('exp %s', (exp, cause) => expect(causeOf(() => checkExpiry(reading({ exp })))).toBe(cause))

test.each([
  ['', 'oidc_subject_missing'],
  [12, 'oidc_subject_missing'],
  [['a'], 'oidc_subject_missing'],
  ['x'.repeat(256), 'oidc_subject_missing'],
  ['x'.repeat(255), null],
])('sub %j', (sub, cause) => expect(causeOf(() => checkSubject(reading({ sub })))).toBe(cause))

describe('an ID token that cannot be read', () => {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const good = part({ alg: 'RS256' })
  test.each([
    ['nothing', '', 'oidc_id_token_missing'],
    ['no string', { a: 1 }, 'oidc_id_token_malformed'],
    ['two parts', `${good}.${good}`, 'oidc_id_token_malformed'],
    ['five parts', 'a.b.c.d.e', 'oidc_id_token_encrypted'],
    ['a header that is no JSON', `e30x.${good}.c2ln`, 'oidc_id_token_malformed'],
    ['a header that is a list', `${part([])}.${good}.c2ln`, 'oidc_id_token_malformed'],
    ['no algorithm', `${part({})}.${good}.c2ln`, 'oidc_id_token_malformed'],
    ['a kid that is a number', `${part({ alg: 'RS256', kid: 1 })}.${good}.c2ln`, 'oidc_id_token_malformed'],
    ['claims that are text', `${good}.${part('claims')}.c2ln`, 'oidc_id_token_malformed'],
  ])('%s', (_name, id_token, cause) => {
    expect(causeOf(() => checkIdToken({ tokens: { id_token } } as unknown as Reading))).toBe(cause)
  })
})
