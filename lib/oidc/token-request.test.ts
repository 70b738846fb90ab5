import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { VestibuleError } from '../base/errors.ts'
import type { SafeFetch, SafeFetchOptions } from '../http/safe-fetch.ts'
import type { ClientAuthMethod, ProviderMetadata } from './provider-metadata.ts'
import { exchangeCode, fetchUserinfo } from './token-request.ts'

const json = { 'content-type': 'application/json' }
const both: ClientAuthMethod[] = ['client_secret_basic', 'client_secret_post']
const clientId = 'client:of acme'
const clientSecret = 'secret+/%~ é'

function provider(methods: ClientAuthMethod[] = both): ProviderMetadata {
  return {
    issuer: 'https://idp.example',
    authorization_endpoint: 'https://idp.example/authorize',
    token_endpoint: 'https://idp.example/token',
    userinfo_endpoint: 'https://idp.example/userinfo',
    jwks_uri: 'https://idp.example/keys',
    id_token_signing_alg_values_supported: ['RS256', 'ES256'],
    token_endpoint_auth_methods_supported: methods,
  }
}

/** Sends the code to an endpoint that answers with `answers`, one after the other. */
async function exchange(
  answers: { status: number; body: unknown; headers?: Record<string, string> }[],
  methods = both,
  keySet = '{"keys":[]}',
) {
  const sent: SafeFetchOptions[] = []
  const fetch: SafeFetch = async (url, options = {}) => {
    const { status, body, headers = json } = answers[sent.length]!
    sent.push(options)
    return { status, headers, text: typeof body === 'string' ? body : JSON.stringify(body), url }
  }
  const exchanged = await exchangeCode({
    ...{
      provider: provider(methods),
      clientId,
      clientSecret,
      fetch,
      nonce: 'nonce',
      verifier: 'v'.repeat(43),
    },
    redirectUri: 'https://login.example/api/oauth/oidc',
    code: 'the code',
    loadKeySet: async () => keySet,
  })
  return { sent, exchanged }
}

const plain = { access_token: 'token', token_type: 'Bearer' }
const refused = { status: 401, body: { error: 'invalid_client' } }

describe('the token request', () => {
  test('holds code, verifier and redirect URI, follows no redirect, and authenticates by Basic, form-encoded', async () => {
    const { sent } = await exchange([{ status: 200, body: plain }])
    const [{ method, body, headers, maxRedirects }] = sent as [SafeFetchOptions]
    expect({ method, maxRedirects }).toEqual({ method: 'POST', maxRedirects: 0 })
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      grant_type: 'authorization_code',
      code: 'the code',
      redirect_uri: 'https://login.example/api/oauth/oidc',
      code_verifier: 'v'.repeat(43),
    })
    const [id, secret] = Buffer.from(headers!.authorization!.slice('Basic '.length), 'base64')
      .toString()
      .split(':')
    const decode = (text = '') => new URLSearchParams(`value=${text}`).get('value')
    expect([decode(id), decode(secret)]).toEqual([clientId, clientSecret])
  })

  test('authenticates in the body where the provider announces only that', async () => {
    const { sent } = await exchange([{ status: 200, body: plain }], ['client_secret_post'])
    expect(sent[0]!.headers).not.toHaveProperty('authorization')
    expect(Object.fromEntries(new URLSearchParams(sent[0]!.body))).toMatchObject({
      client_id: clientId,
      client_secret: clientSecret,
    })
  })

  test('tries the other method where this client is refused by the first, and no more', async () => {
    const good = await exchange([refused, { status: 200, body: plain }])
    expect(good.exchanged).toMatchObject({ method: 'client_secret_post', answer: { status: 200 } })
    const bad = await exchange([refused, refused])
    expect(bad.sent).toHaveLength(2)
    expect(bad.exchanged.answer).toEqual({ status: 401, json: { error: 'invalid_client' } })
    const challenged = { status: 401, body: '', headers: { 'www-authenticate': 'Basic realm="idp"' } }
    expect((await exchange([challenged, { status: 200, body: plain }])).sent).toHaveLength(2)
  })

  test('is not repeated for any other refusal: a code may be used up', async () => {
    const { sent, exchanged } = await exchange([{ status: 400, body: { error: 'invalid_grant' } }])
    expect(sent).toHaveLength(1)
    expect(exchanged.answer).toEqual({ status: 400, json: { error: 'invalid_grant' } })
  })

  test.each(['<html>', '[]', '"text"', ''])('an answer of %j is no JSON object', async (body) => {
    const { exchanged } = await exchange([{ status: 200, body }])
    expect(exchanged.answer).toEqual({ status: 200, json: null })
  })

  test('that cannot be sent says why', async () => {
    const fetch: SafeFetch = async () => {
      throw new VestibuleError('invalid_request', 'idp.example is not a public address.')
    }
    const common = { provider: provider(), clientId, clientSecret, fetch }
    const exchanged = await exchangeCode({
      ...{
        ...common,
        nonce: 'n',
        verifier: 'v',
        redirectUri: 'https://login.example/api/oauth/oidc',
        code: 'c',
      },
      loadKeySet: async () => '',
    })
    expect(exchanged.answer).toEqual({ unreachable: 'idp.example is not a public address.' })
    expect(await fetchUserinfo(common, 'token')).toEqual({
      unreachable: 'idp.example is not a public address.',
    })
  })
})

test('the library verifies the signature as well: it objects to a token that somebody else signed', async () => {
  const [own, other] = await Promise.all([generateKeyPair('ES256'), generateKeyPair('ES256')])
  const keySet = JSON.stringify({ keys: [{ ...(await exportJWK(own.publicKey)), alg: 'ES256' }] })
  const objectionTo = async (key: CryptoKey) => {
    const idToken = await new SignJWT({ nonce: 'nonce' })
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer('https://idp.example')
      .setAudience(clientId)
      .setSubject('somebody')
      .setIssuedAt(0)
      .setExpirationTime(60)
      .sign(key)
    const { exchanged } = await exchange(
      [{ status: 200, body: { ...plain, id_token: idToken } }],
      both,
      keySet,
    )
    return exchanged.objection
  }
  // Its times are long past: those are judged by our own checks, on our own clock.
  expect(await objectionTo(own.privateKey)).toBeNull()
  expect(await objectionTo(other.privateKey)).toMatch(/signature/)
})

test.each([
  [{ status: 200, text: '{"sub":"a"}', headers: json }, { claims: { sub: 'a' } }],
  [{ status: 403, text: '{}', headers: json }, { refused: 'status 403' }],
  [{ status: 302, text: '', headers: { location: 'https://elsewhere.example' } }, { refused: 'status 302' }],
  [
    { status: 401, text: '', headers: { 'www-authenticate': 'Bearer error="invalid_token"' } },
    { refused: 'status 401' },
  ],
  [
    { status: 200, text: 'eyJ.eyJ.sig', headers: { 'content-type': 'application/jwt' } },
    { malformed: expect.any(String) },
  ],
  [{ status: 200, text: '[]', headers: json }, { malformed: expect.any(String) }],
])('userinfo %j', async (answer, understood) => {
  const fetch: SafeFetch = async (url) => ({
    ...answer,
    headers: answer.headers as Record<string, string>,
    url,
  })
  expect(await fetchUserinfo({ provider: provider(), clientId, clientSecret, fetch }, 'token')).toEqual(
    understood,
  )
})
