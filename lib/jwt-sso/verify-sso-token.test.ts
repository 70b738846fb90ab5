import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { jwtVerify, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { explainJwtCause, type JwtCause } from './causes.ts'
import { signSsoToken, ssoTimes } from './sign-sso-token.ts'
import { maxTokenLength } from './token-reading.ts'
import { tokenChecks, verifySsoToken } from './verify-sso-token.ts'

const now = new Date('2026-06-01T10:00:00Z')
const seconds = now.getTime() / 1000
const audience = 'login.acme.example'
const secret = 'x'.repeat(64)
const secrets = [{ id: 'one', secret }]
const email = 'pat@acme.example'
const good = { data: { email }, iat: seconds, nbf: seconds - 180, exp: seconds + 300, aud: audience }

const encode = (text: string | Buffer) => Buffer.from(text).toString('base64url')
const hmac = (signed: string, key: string, hash = 'sha512') =>
  createHmac(hash, key).update(signed).digest('base64url')

/** A token put together by hand, so that it can be wrong in any way. */
function forge(
  payload: unknown,
  { header = { alg: 'HS512', typ: 'JWT' } as unknown, key = secret, hash = 'sha512' } = {},
): string {
  const text = (value: unknown) =>
    encode(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value))
  const signed = `${text(header)}.${text(payload)}`
  return `${signed}.${hmac(signed, key, hash)}`
}

const verify = (token: string, expect: Partial<Parameters<typeof verifySsoToken>[1]> = {}) =>
  verifySsoToken(token, { secrets, audience, now, ...expect })

async function causeOf(token: string): Promise<JwtCause | null> {
  const verdict = await verify(token)
  if (verdict.ok) return null
  expect(verdict.sentence).not.toMatch(/undefined|\?"|\(\?\)/)
  expect(verdict.checks.at(-1)).toMatchObject({ ok: false })
  expect(verdict.checks.slice(0, -1).every(({ ok }) => ok)).toBe(true)
  return verdict.cause
}

const without = (member: keyof typeof good) =>
  Object.fromEntries(Object.entries(good).filter(([name]) => name !== member))

test('the checks run as RFC 7515 §5.2 and RFC 7519 §7.2 say, the algorithm before any secret', () => {
  expect(tokenChecks.map(({ name }) => name)).toEqual([
    ...['Token', 'Algorithm', 'Header', 'Signature', 'Claims'],
    ...['Audience', 'Times', 'Lifetime', 'Expiry', 'Not before', 'Time of issue', 'Person', 'Tags'],
  ])
})

describe('a good token', () => {
  test('says who it is, and by which secret', async () => {
    const tags = { Department: 'Sales', Region: 'West Coast' }
    const data = { email, firstName: 'Pat', lastName: 'Engineer', id: '42', tags }
    const verdict = await verify(forge({ ...good, data }), {
      secrets: [{ id: 'zero', secret: 'y'.repeat(64) }, ...secrets],
    })
    expect(verdict).toMatchObject({ ok: true, secretId: 'one', payload: { ...good, data, aud: [audience] } })
    expect(verdict.checks).toHaveLength(tokenChecks.length)
  })

  test('may leave out typ, names, id and tags, and say more than is asked', async () => {
    const token = forge(
      { ...good, sub: 'x', jti: 'y', data: { email, phone: '1' } },
      { header: { alg: 'HS512', kid: 'a' } },
    )
    expect(await verify(token)).toMatchObject({
      ok: true,
      payload: { data: { email, firstName: null, lastName: null, id: null, tags: {} } },
    })
  })

  test.each([
    ['several audiences', { aud: ['www.other.example', audience] }],
    ['nulls for what may be missing', { data: { email, id: null, firstName: null, tags: null } }],
    ['an empty name', { data: { email, firstName: '  ', lastName: '' } }],
    ['the longest lifetime and a tick', { exp: seconds + 302 }],
    ['a clock a minute fast', { iat: seconds + 60, nbf: seconds + 60, exp: seconds + 360 }],
    ['the last second', { exp: seconds + 1 }],
    ['an address with everything letters may be', { data: { email: "o'neil+æ@bücher.example" } }],
    [
      'a tag called like what objects have',
      { data: { email, tags: JSON.parse('{"__proto__":"a","constructor":"b"}') } },
    ],
  ])('has %s', async (_, claims) => {
    expect(await causeOf(forge({ ...good, ...claims }))).toBeNull()
  })

  test('keeps the names of tags as they are', async () => {
    const verdict = await verify(forge({ ...good, data: { email, tags: JSON.parse('{"__proto__":"a"}') } }))
    expect(verdict.ok && Object.entries(verdict.payload.data.tags)).toEqual([['__proto__', 'a']])
  })
})

describe('what other libraries make of it', () => {
  test('a token of ours holds for jose, with the times that are recommended', async () => {
    const token = await signSsoToken({ data: { email }, aud: 'www.waggl.com' }, secret, ssoTimes(now))
    const { payload, protectedHeader } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ['HS512'],
      audience: 'www.waggl.com',
      currentDate: now,
    })
    expect(protectedHeader).toEqual({ alg: 'HS512', typ: 'JWT' })
    expect(payload).toEqual({
      ...{ data: { email }, aud: 'www.waggl.com' },
      ...{ iat: seconds, nbf: seconds - 180, exp: seconds + 300 },
    })
  })

  test('a token of jose holds for us', async () => {
    const token = await new SignJWT(good)
      .setProtectedHeader({ alg: 'HS512' })
      .sign(new TextEncoder().encode(secret))
    expect((await verify(token)).ok).toBe(true)
  })

  test('what was signed is what is read, whatever the person is called', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ minLength: 1, unit: 'grapheme' }), fc.string({ unit: 'grapheme' })),
        async (tags) => {
          const token = await signSsoToken({ data: { email, tags }, aud: audience }, secret, ssoTimes(now))
          const verdict = await verify(token)
          expect(verdict.ok && verdict.payload.data.tags).toEqual(tags)
        },
      ),
      { numRuns: 50 },
    )
  })

  test('a secret shorter than the hash signs nothing', async () => {
    await expect(signSsoToken({ data: { email }, aud: 'a' }, 'x'.repeat(63), ssoTimes(now))).rejects.toThrow(
      RangeError,
    )
  })
})

const [head, body, signature] = forge(good).split('.') as [string, string, string]

describe('a token is refused, with its own cause', () => {
  test.each<[JwtCause, string]>([
    ['jwt_missing', ''],
    ['jwt_too_long', 'a'.repeat(maxTokenLength + 1)],
    ['jwt_encrypted', `${head}.a.b.c.${body}`],
    ['jwt_wrong_parts', 'hello'],
    ['jwt_wrong_parts', `${head}.${body}`],
    ['jwt_wrong_parts', `${head}.${body}.${signature}.`],
    ['jwt_not_base64url', `${head}.${body}.${signature}=`],
    ['jwt_not_base64url', `${head}.${body}.${signature} `],
    ['jwt_not_base64url', `"${head}.${body}.${signature}"`],
    ['jwt_not_base64url', `${head}.${body}.+/${signature}`],
    ['jwt_not_base64url', `${head}.${body}.${signature.slice(0, -1)}`],
    ['jwt_header_malformed', `.${body}.${signature}`],
    ['jwt_header_malformed', forge(good, { header: '[]' })],
    ['jwt_header_malformed', forge(good, { header: 'alg: HS512' })],
    ['jwt_header_malformed', forge(good, { header: '\uFEFF{"alg":"HS512"}' })],
    ['jwt_duplicate_member', forge(good, { header: '{"alg":"HS512","alg":"none"}' })],
    ['jwt_duplicate_member', forge(good, { header: '{"alg":"HS512","\\u0061lg":"none"}' })],
    ['jwt_algorithm_missing', forge(good, { header: { typ: 'JWT' } })],
    ['jwt_unsigned', forge(good, { header: { alg: 'none' } })],
    ['jwt_unsigned', `${encode('{"alg":"nOnE"}')}.${body}.`],
    ['jwt_weaker_hmac', forge(good, { header: { alg: 'HS256' }, hash: 'sha256' })],
    ['jwt_weaker_hmac', forge(good, { header: { alg: 'HS384' }, hash: 'sha384' })],
    ['jwt_public_key_algorithm', forge(good, { header: { alg: 'RS256' } })],
    ['jwt_public_key_algorithm', forge(good, { header: { alg: 'PS512' } })],
    ['jwt_public_key_algorithm', forge(good, { header: { alg: 'EdDSA' } })],
    ['jwt_unknown_algorithm', forge(good, { header: { alg: 'hs512' } })],
    ['jwt_unknown_algorithm', forge(good, { header: { alg: ['HS512'] } })],
    ['jwt_wrong_type', forge(good, { header: { alg: 'HS512', typ: 'at+jwt' } })],
    ['jwt_critical_header', forge(good, { header: { alg: 'HS512', crit: ['b64'], b64: false } })],
    ['jwt_signature_invalid', `${head}.${body}.`],
    ['jwt_signature_invalid', `${head}.${body}.${encode(Buffer.alloc(64))}`],
    [
      'jwt_signature_invalid',
      `${head}.${body}.${encode(Buffer.from(signature, 'base64url').subarray(0, 32))}`,
    ],
    [
      'jwt_signature_invalid',
      `${head}.${encode(JSON.stringify({ ...good, data: { email: 'b@c.de' } }))}.${signature}`,
    ],
    ['jwt_signature_invalid', forge(good, { key: 'y'.repeat(64) })],
    ['jwt_signature_invalid', forge(good, { hash: 'sha256' })],
    ['jwt_payload_malformed', forge('"text"')],
    ['jwt_payload_malformed', forge('{')],
    ['jwt_payload_malformed', forge('null')],
    ['jwt_payload_malformed', forge(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))],
    ['jwt_duplicate_member', forge(`{"aud":"${audience}","aud":"x"}`)],
    ['jwt_duplicate_member', forge(`{"a":[{"b":{}},{"data":{"email":"a","tags":{"c":"}","c":"{"}}}]}`)],
  ])('%s: %s', async (cause, token) => {
    expect(await causeOf(token)).toBe(cause)
  })

  test.each<[JwtCause, Record<string, unknown>]>([
    ['jwt_audience_missing', without('aud')],
    ['jwt_audience_missing', { ...good, aud: [] }],
    ['jwt_wrong_audience', { ...good, aud: `https://${audience}` }],
    ['jwt_wrong_audience', { ...good, aud: `${audience}.` }],
    ['jwt_wrong_audience', { ...good, aud: ['a', 'b'] }],
    ['jwt_wrong_audience', { ...good, aud: [[audience]] }],
    ['jwt_issue_time_missing', without('iat')],
    ['jwt_not_before_missing', without('nbf')],
    ['jwt_expiry_missing', { ...good, exp: null }],
    ['jwt_time_malformed', { ...good, exp: String(good.exp) }],
    ['jwt_time_malformed', { ...good, iat: now.toISOString() }],
    ['jwt_time_malformed', { ...good, nbf: -1 }],
    ['jwt_time_in_milliseconds', { ...good, iat: seconds * 1000 }],
    ['jwt_time_in_milliseconds', { ...good, exp: good.exp * 1000 }],
    ['jwt_time_fractional', { ...good, iat: seconds + 0.25 }],
    ['jwt_times_reversed', { ...good, exp: good.nbf }],
    ['jwt_lifetime_too_long', { ...good, exp: seconds + 303 }],
    ['jwt_lifetime_too_long', { ...good, exp: seconds + 86_400 }],
    ['jwt_lifetime_too_long', { ...good, nbf: 0 }],
    ['jwt_expired', { ...good, nbf: seconds - 480, exp: seconds }],
    ['jwt_not_yet_valid', { ...good, nbf: seconds + 61 }],
    ['jwt_issued_in_future', { ...good, iat: seconds + 61 }],
    ['jwt_issued_long_ago', { ...good, iat: seconds - 483 }],
    ['jwt_data_missing', without('data')],
    ['jwt_data_missing', { ...good, data: [email] }],
    ['jwt_email_missing', { ...good, data: {} }],
    ['jwt_email_missing', { ...good, email, data: { email: '' } }],
    ['jwt_email_malformed', { ...good, data: { email: 'pat' } }],
    ['jwt_email_malformed', { ...good, data: { email: ` ${email}` } }],
    ['jwt_email_malformed', { ...good, data: { email: `Pat <${email}>` } }],
    ['jwt_email_malformed', { ...good, data: { email: `${email},b@acme.example` } }],
    ['jwt_email_malformed', { ...good, data: { email: [email] } }],
    ['jwt_email_malformed', { ...good, data: { email: `a\u0000@acme.example` } }],
    ['jwt_name_malformed', { ...good, data: { email, firstName: 1 } }],
    ['jwt_name_malformed', { ...good, data: { email, lastName: 'a\nb' } }],
    ['jwt_id_malformed', { ...good, data: { email, id: 42 } }],
    ['jwt_id_malformed', { ...good, data: { email, id: '' } }],
    ['jwt_id_malformed', { ...good, data: { email, id: 'a'.repeat(256) } }],
    ['jwt_tags_malformed', { ...good, data: { email, tags: ['Sales'] } }],
    ['jwt_tags_malformed', { ...good, data: { email, tags: { Department: ['Sales'] } } }],
    ['jwt_tags_malformed', { ...good, data: { email, tags: { Department: null } } }],
    ['jwt_tags_malformed', { ...good, data: { email, tags: { '': 'Sales' } } }],
  ])('%s: %j', async (cause, payload) => {
    expect(await causeOf(forge(payload))).toBe(cause)
  })

  test('jwt_no_secret: a connection without secrets', async () => {
    expect(await verify(forge(good), { secrets: [] })).toMatchObject({ ok: false, cause: 'jwt_no_secret' })
  })

  test('whatever comes, there is a verdict', async () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.base64String(),
      fc.string({ unit: fc.constantFrom('.', 'e', 'J', '=') }),
    )
    const isRefused = async (token: string) => {
      expect((await verify(token)).ok).toBe(false)
    }
    await fc.assert(fc.asyncProperty(texts, isRefused))
    await fc.assert(fc.asyncProperty(fc.json(), (payload) => isRefused(forge(payload))))
  })
})

test('a verdict quotes neither the token nor its signature, and claims only once they are known to be signed', async () => {
  for (const token of [
    forge(good, { key: 'y'.repeat(64) }),
    `${head}.${body}.${signature}=`,
    `${head}${body}`,
  ]) {
    const verdict = await verify(token)
    expect(verdict).toMatchObject({ ok: false, claims: null })
    for (const part of token.split('.')) expect(JSON.stringify(verdict)).not.toContain(part)
  }
  expect(await verify(forge({ ...good, aud: 'x' }))).toMatchObject({ ok: false, claims: { aud: 'x' } })
})

test('a sentence is plain text and says what to do', () => {
  const seen = { expected: 'A', received: 'B', member: 'C' }
  for (const cause of ['jwt_missing', 'jwt_time_in_milliseconds', 'jwt_wrong_audience'] as const)
    expect(explainJwtCause(cause, seen)).toMatch(/^[A-Z].+\. .+\.$/)
})
