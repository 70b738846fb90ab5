import { generateKeyPairSync } from 'node:crypto'
import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import type { KeyPair, KeyRing } from '../signing/key-ring.ts'
import { readIdTokenHint } from './id-token-hint.ts'

const site = { id: 'org_1', issuer: 'https://login.acme.example' }
const pair = (id: string, state: KeyPair['state']): KeyPair => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }),
  id,
  state,
  certificate: null,
})
const pairs = [pair('sig_current', 'current'), pair('sig_next', 'next'), pair('sig_retired', 'retired')]
const keys: KeyRing = {
  load: async () => pairs,
  reload: async () => pairs,
  loadJwks: async () => ({ keys: [] }),
}

const sign = (by: KeyPair, claims: Record<string, unknown>, header: Record<string, unknown> = {}) =>
  new SignJWT({ iss: site.issuer, sub: 'ada', aud: 'mail', ...claims })
    .setProtectedHeader({ alg: 'RS256', kid: by.id, ...header })
    .sign(by.privateKey)
const read = (token: string) => readIdTokenHint({ keys }, site, token)

test.each(pairs)('$state keys vouch for the ID tokens they signed', async (by) => {
  expect(await read(await sign(by, { sid: 'sid_1' }))).toEqual({
    subject: 'ada',
    clientId: 'mail',
    sessionId: 'sid_1',
  })
})

test('an ID token may be old, without sid, and name its one client as a list', async () => {
  const token = await sign(pairs[0]!, { iat: 1, exp: 2, aud: ['mail'], azp: 'mail' }, { typ: 'JWT' })
  expect(await read(token)).toEqual({ subject: 'ada', clientId: 'mail', sessionId: null })
})

test.each<[string, Record<string, unknown>]>([
  ['no subject', { sub: undefined }],
  ['an empty subject', { sub: '' }],
  ['no client', { aud: undefined }],
  ['no client in its list', { aud: [] }],
  ['no issuer', { iss: undefined }],
  ['an issuer that only begins like ours', { iss: `${site.issuer}.evil.example` }],
  ['a session that is no text', { sid: { $ne: '' } }],
])('one with %s is none', async (_, claims) => {
  expect(await read(await sign(pairs[0]!, claims))).toBeNull()
})

test('one that is too long is not even looked at', async () => {
  expect(await read(await sign(pairs[0]!, { filler: 'x'.repeat(16_000) }))).toBeNull()
})
