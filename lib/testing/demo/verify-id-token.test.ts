import { generateKeyPairSync } from 'node:crypto'
import { createLocalJWKSet, exportJWK, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { claimChecks, verifyIdToken } from './verify-id-token.ts'

const now = new Date('2026-03-01T12:00:00Z')
const seconds = now.getTime() / 1000
const own = generateKeyPairSync('rsa', { modulusLength: 2048 })
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 })
const keys = createLocalJWKSet({
  keys: [{ ...(await exportJWK(own.publicKey)), kid: 'key-1', alg: 'RS256', use: 'sig' }],
})
const expected = {
  issuer: 'https://login.example.com',
  clientId: 'tenant=acme&product=demo',
  nonce: 'nonce-1',
  accessToken: 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y',
  now,
}
const good = {
  iss: expected.issuer,
  aud: expected.clientId,
  sub: 'engineer-1',
  iat: seconds,
  exp: seconds + 300,
  nonce: expected.nonce,
  // The value OpenID Connect Core gives for this access token in its appendix A.3.
  at_hash: '77QmUPtjPfzWtF2AnpK9RQ',
}

function sign(claims: Record<string, unknown>, key = own.privateKey): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'key-1' }).sign(key)
}

describe('the ID token of the demo', () => {
  test('a good one passes every check, in the order of the specification', async () => {
    const { claims, checks } = await verifyIdToken(await sign(good), keys, expected)
    expect(checks.map(({ name, ok }) => [name, ok])).toEqual([
      ['Signature of the ID token', true],
      ['Issuer', true],
      ['Audience', true],
      ['Not expired', true],
      ['Nonce', true],
      ['Fits the access token', true],
    ])
    expect(checks.slice(1).map(({ name }) => name)).toEqual(claimChecks.map(({ name }) => name))
    expect(claims).toEqual(good)
  })

  test.each([
    ['Issuer', { iss: 'https://other.example.com' }],
    ['Audience', { aud: 'tenant=other&product=demo' }],
    ['Audience', { aud: [expected.clientId, 'another-client'] }],
    ['Not expired', { exp: seconds }],
    ['Not expired', { exp: undefined }],
    ['Not expired', { iat: seconds + 3600 }],
    ['Not expired', { exp: 1e300, iat: 'soon' }],
    ['Nonce', { nonce: 'nonce-2' }],
    ['Nonce', { nonce: undefined }],
    ['Fits the access token', { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }],
  ])('%s: %o is refused and nothing after it is looked at', async (name, change) => {
    const { checks } = await verifyIdToken(await sign({ ...good, ...change }), keys, expected)
    expect(checks.filter(({ ok }) => !ok).map((check) => check.name)).toEqual([name])
    expect(checks.at(-1)!.name).toBe(name)
  })

  const unsecured = [{ alg: 'none' }, good]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.')

  test.each([
    ['signed by another key', () => sign(good, stranger.privateKey)],
    ['not signed', async () => `${unsecured}.`],
    [
      'signed with a secret',
      () => new SignJWT(good).setProtectedHeader({ alg: 'HS256', kid: 'key-1' }).sign(Buffer.alloc(32)),
    ],
    ['not a token', async () => 'nothing of the kind'],
  ])('%s: refused at the signature, and no claim is believed', async (_, mint) => {
    const { claims, checks } = await verifyIdToken(await mint(), keys, expected)
    expect(checks.map(({ name, ok }) => [name, ok])).toEqual([['Signature of the ID token', false]])
    expect(claims).toEqual({})
  })
})
