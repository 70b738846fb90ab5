import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { inspectToken } from './inspect-token.ts'
import { tokenChecks, verifySsoToken } from './verify-sso-token.ts'

const secret = 'c2VjcmV0LW9mLWF0LWxlYXN0LXNpeHR5LWZvdXItYnl0ZXMtYXMtaHM1MTItYXNrcy1mb3ItaXQtMDEyMw'
const audience = 'login.example'
const now = new Date('2026-11-26T12:00:00Z')
const at = now.getTime() / 1000
const claims = { data: { email: 'pat@acme.example' }, iat: at, nbf: at - 180, exp: at + 300, aud: audience }

function mint(
  payload: unknown = claims,
  { header = { alg: 'HS512', typ: 'JWT' }, key = Buffer.from(secret) as Buffer, hash = 'sha512' } = {},
): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part(header)}.${part(payload)}`
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`
}

const inspect = (token: string, more: { secret?: string | null; audience?: string | null } = {}) =>
  inspectToken({ token, secret, audience, now, ...more })
const stepOf = async (name: string, ...given: Parameters<typeof inspect>) =>
  (await inspect(...given)).steps.find((step) => step.name === name)!

describe('a token as it should be', () => {
  test('passes every check, each with a sentence, and is shown', async () => {
    const inspection = await inspect(mint())
    expect(inspection.ok).toBe(true)
    expect(inspection.steps.map(({ name }) => name)).toEqual(tokenChecks.map(({ name }) => name))
    for (const step of inspection.steps) expect(step).toMatchObject({ state: 'passed', sentence: /.\.$/ })
    expect(JSON.parse(inspection.header!)).toEqual({ alg: 'HS512', typ: 'JWT' })
    expect(JSON.parse(inspection.payload!)).toEqual(claims)
    expect(inspection.steps.map(({ sentence }) => sentence)).toContain('It is valid for another 5 minutes.')
  })

  test.each([
    ['in the whole address', (token: string) => `https://a.example/i/1?sso_jwt=${token}&view=vote`],
    ['in quotes', (token: string) => ` "${token}" `],
    ['broken into lines', (token: string) => token.replace(/(.{40})/g, '$1\n')],
    ['after Bearer', (token: string) => `Bearer ${token}`],
  ])('is found %s', async (_, paste) => {
    expect((await inspect(paste(mint()))).ok).toBe(true)
  })

  test('without a secret the signature is open, and the rest is still looked at', async () => {
    const inspection = await inspect(mint(), { secret: null })
    expect(inspection.ok).toBe(false)
    const states = inspection.steps.filter(({ state }) => state !== 'passed')
    expect(states).toEqual([
      { name: 'Signature', state: 'open', sentence: 'Paste the secret to have the signature verified.' },
    ])
  })

  test('without an audience to compare, the one it names is told', async () => {
    const step = await stepOf('Audience', mint(), { audience: null })
    expect(step.state).toBe('open')
    expect(step.sentence).toContain('"login.example"')
  })
})

describe('what to change in the customer’s code', () => {
  test.each<[string, string, string, RegExp]>([
    [
      'HS256',
      'Algorithm',
      mint(claims, { header: { alg: 'HS256', typ: 'JWT' }, hash: 'sha256' }),
      /Name HS512/,
    ],
    ['none', 'Algorithm', mint(claims, { header: { alg: 'none', typ: 'JWT' } }), /not signed/],
    ['RS256', 'Algorithm', mint(claims, { header: { alg: 'RS256', typ: 'JWT' } }), /key pairs/],
    [
      'wrong audience',
      'Audience',
      mint({ ...claims, aud: 'www.other.example' }),
      /Set aud to "login\.example"/,
    ],
    [
      'expired',
      'Expiry',
      mint({ ...claims, iat: at - 900, nbf: at - 1080, exp: at - 600 }),
      /10 minutes too late/,
    ],
    ['too early', 'Not before', mint({ ...claims, nbf: at + 7200, exp: at + 7500 }), /2 hours too early/],
    ['milliseconds', 'Times', mint({ ...claims, exp: (at + 300) * 1000 }), /divide by 1000/],
    ['text as time', 'Times', mint({ ...claims, iat: String(at) }), /without quotes/],
    ['too long a life', 'Lifetime', mint({ ...claims, exp: at + 86_400 }), /at most 480 seconds/],
    ['no e-mail', 'Person', mint({ ...claims, data: {} }), /Set data\.email/],
    [
      'e-mail beside data',
      'Person',
      mint({ ...claims, data: undefined, email: 'a@b.example' }),
      /Add the member data/,
    ],
    [
      'tags as a list',
      'Tags',
      mint({ ...claims, data: { ...claims.data, tags: ['a'] } }),
      /an object of texts/,
    ],
    ['another secret', 'Signature', mint(claims, { key: Buffer.from('x'.repeat(64)) }), /Compare the secret/],
    [
      'the secret decoded from base64',
      'Signature',
      mint(claims, { key: Buffer.from(secret, 'base64') }),
      /was decoded from base64 first/,
    ],
    ['a line end', 'Signature', mint(claims, { key: Buffer.from(`${secret}\n`) }), /line end/],
    ['quotes', 'Signature', mint(claims, { key: Buffer.from(`"${secret}"`) }), /quotes around the secret/],
    ['two parts', 'Token', mint().split('.').slice(0, 2).join('.'), /three parts/],
    ['nothing like a token', 'Token', 'hello', /three parts/],
    ['nothing', 'Token', '', /without a token/],
  ])('%s', async (_what, name, token, sentence) => {
    const step = await stepOf(name, token)
    expect(step.state).toBe('failed')
    expect(step.sentence).toMatch(sentence)
  })

  test('a secret that is cut off', async () => {
    const step = await stepOf('Signature', mint(), { secret: 'too short' })
    expect(step).toMatchObject({ state: 'failed', sentence: /9 bytes/ })
  })

  test('a token that was cut off is looked at as far as it goes', async () => {
    const token = mint({ ...claims, aud: 'x' })
      .split('.')
      .slice(0, 2)
      .join('.')
    const { steps, payload } = await inspect(token)
    const of = (state: string) => steps.filter((step) => step.state === state).map(({ name }) => name)
    expect(of('failed')).toEqual(['Token', 'Audience'])
    expect(of('open')).toEqual(['Signature'])
    expect(payload).toContain('pat@acme.example')
  })

  test('where nothing can be read, each says what it goes back to', async () => {
    const { steps } = await inspect('hello')
    const open = steps.filter(({ state }) => state === 'open')
    expect(open).toHaveLength(12)
    for (const { sentence } of open) expect(sentence).toBe('Not looked at, because of “Token”.')
  })

  test('one mistake does not hide another', async () => {
    const { steps } = await inspect(mint({ ...claims, aud: 'x', data: {}, exp: at - 10 }, { hash: 'sha256' }))
    const failed = steps.filter(({ state }) => state === 'failed').map(({ name }) => name)
    expect(failed).toEqual(['Signature', 'Audience', 'Expiry', 'Person'])
  })
})

test('inspector and sign-in agree about what is good', async () => {
  const tokens = [
    mint(),
    mint({ ...claims, exp: at - 1 }),
    mint({ ...claims, aud: ['a', audience] }),
    'a.b.c',
  ]
  for (const token of tokens) {
    const verdict = await verifySsoToken(token, { secrets: [{ id: '1', secret }], audience, now })
    expect((await inspect(token)).ok).toBe(verdict.ok)
  }
})

test('whatever is pasted, each check has a sentence, and nothing is thrown', async () => {
  const part = fc
    .oneof(fc.json(), fc.constantFrom('[]', 'null', '{"alg":"HS512"}', '{"data":{"email":"a@b.c"},"aud":[]}'))
    .map((json) => Buffer.from(json).toString('base64url'))
  const pasted = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(part, { maxLength: 4 }).map((parts) => parts.join('.')),
  )
  const given = fc.record({ secret: fc.constantFrom(null, '', secret), audience: fc.constantFrom(null, 'a') })
  await fc.assert(
    fc.asyncProperty(pasted, given, async (token, more) => {
      const { steps, ok } = await inspect(token, more)
      expect(steps.map(({ name }) => name)).toEqual(tokenChecks.map(({ name }) => name))
      expect(steps.every(({ sentence }) => sentence.endsWith('.'))).toBe(true)
      expect(ok).toBe(false)
    }),
  )
})
