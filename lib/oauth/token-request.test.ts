import { describe, expect, test } from 'vitest'
import { parseTokenRequest } from './token-request.ts'

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`
const client = (body: Record<string, unknown>, authorization: string | null = null) => {
  const { clientId, clientSecret } = parseTokenRequest(body, authorization)
  return [clientId, clientSecret]
}

describe('who asks', () => {
  test.each<[string, Record<string, unknown>, string | null, [string, string | null]]>([
    ['post', { client_id: 'a', client_secret: 'b' }, null, ['a', 'b']],
    ['public', { client_id: 'a' }, null, ['a', null]],
    ['basic', {}, basic('a:b'), ['a', 'b']],
    ['basic, lower case', {}, `basic ${Buffer.from('a:b').toString('base64')}`, ['a', 'b']],
    [
      'basic, form-encoded',
      {},
      basic('tenant%3Da.b%26product%3Dc:s%20%2B%25'),
      ['tenant=a.b&product=c', 's +%'],
    ],
    ['basic, plus for space', {}, basic('a+b:c+d'), ['a b', 'c d']],
    ['basic as it is', {}, basic('tenant=a b+c&product=%25:dummy'), ['tenant=a b+c&product=%25', 'dummy']],
    ['basic, colons in the secret', {}, basic('a:b:c'), ['a', 'b:c']],
    ['basic that does not decode', {}, basic('a%:b%zz'), ['a%', 'b%zz']],
    ['basic without secret', {}, basic('a:'), ['a', '']],
    ['the name once more in the body', { client_id: 'a' }, basic('a:b'), ['a', 'b']],
    ['another scheme', { client_id: 'a' }, 'Bearer x', ['a', null]],
    ['nothing', {}, null, ['', null]],
  ])('%s', (_name, body, authorization, expected) => {
    expect(client(body, authorization)).toEqual(expected)
  })
})

describe('refused as invalid_request', () => {
  test.each<[string, Record<string, unknown>, string | null]>([
    ['a parameter twice', { code: ['a', 'b'] }, null],
    ['a number', { code: 1 }, null],
    ['an object', { client_id: {} }, null],
    ['true', { grant_type: true }, null],
    ['two secrets', { client_secret: 'x' }, basic('a:b')],
    ['basic without a colon', {}, basic('ab')],
  ])('%s', (_name, body, authorization) => {
    expect(() => parseTokenRequest(body, authorization)).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    )
  })
})

test('what is empty counts as absent (RFC 6749 §3.2)', () => {
  expect(parseTokenRequest({ grant_type: '', code: '', code_verifier: '', client_secret: '' }, null)).toEqual(
    {
      grantType: '',
      code: '',
      redirectUri: '',
      codeVerifier: null,
      clientId: '',
      clientSecret: null,
      clientAssertion: null,
      method: 'none',
      refreshToken: null,
      scope: null,
      resources: [],
    },
  )
})
