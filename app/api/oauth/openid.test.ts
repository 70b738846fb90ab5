import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { createClient } from '#server/testing/http-client.ts'
import {
  type MadeConnection,
  makeConnection,
  type Parameters,
  redeem,
  signIn,
} from '#server/testing/sign-in.ts'

describeOnEachServer('OpenID Connect', (server) => {
  let connection: MadeConnection

  beforeAll(async () => {
    connection = await makeConnection(server, 'acme.com')
  })

  async function signInForIdToken(more: Parameters) {
    const { code } = await signIn(server, connection, more)
    const answer = await redeem(server, connection, code, { client_id: more.client_id ?? 'dummy' })
    expect(answer.status, answer.text).toBe(200)
    return answer.json<{ access_token: string; id_token?: string }>()
  }

  async function verify(idToken: string, audience: string) {
    const jwks = (await createClient(server.port).get('/api/oauth/jwks')).json<
      JSONWebKeySet & Record<string, unknown>
    >()
    return jwtVerify(idToken, createLocalJWKSet(jwks), {
      issuer: server.url,
      audience,
      algorithms: ['RS256'],
      currentDate: server.clock.now(),
      requiredClaims: ['exp', 'iat', 'sub', 'auth_time', 'at_hash'],
    })
  }

  test('scope openid gives an ID token that a client can verify', async () => {
    const { id_token, access_token } = await signInForIdToken({ scope: 'openid', nonce: 'n-0S6_WzA2Mj' })
    const { payload, protectedHeader } = await verify(id_token!, 'dummy')
    const { person } = connection.idp
    expect(protectedHeader).toEqual({ alg: 'RS256', typ: 'JWT', kid: expect.any(String) })
    expect(payload).toMatchObject({
      sub: person.id,
      id: person.id,
      email: person.email,
      firstName: person.firstName,
      lastName: person.lastName,
      roles: person.roles,
      groups: person.groups,
      nonce: 'n-0S6_WzA2Mj',
    })
    expect(payload.exp! - payload.iat!).toBe(300)
    const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(access_token))
    expect(payload.at_hash).toBe(Buffer.from(digest).subarray(0, 16).toString('base64url'))
  })

  test('its audience is the client_id as it was sent', async () => {
    const client_id = 'tenant=acme.com&product=crm'
    const { id_token } = await signInForIdToken({ scope: 'openid profile email', client_id })
    const { payload } = await verify(id_token!, client_id)
    expect(payload.nonce).toBeUndefined()
  })

  test.each([
    ['without openid', {}],
    ['for a scope that only resembles it', { scope: 'openid2 xopenid' }],
    ['with provider=saml and no nonce, as next-auth 4 asks', { scope: 'openid', provider: 'saml' }],
  ])('there is none %s', async (_name, more) => {
    expect(await signInForIdToken(more as Parameters)).not.toHaveProperty('id_token')
  })

  test('provider=saml with a nonce gets one', async () => {
    const { id_token } = await signInForIdToken({ scope: 'openid', provider: 'saml', nonce: 'n' })
    expect((await verify(id_token!, 'dummy')).payload.nonce).toBe('n')
  })

  test('userinfo has the standard claims, and the sub of the ID token', async () => {
    const { id_token, access_token } = await signInForIdToken({ scope: 'openid' })
    const answer = await createClient(server.port).get('/api/oauth/userinfo', {
      headers: { authorization: `Bearer ${access_token}` },
    })
    const { payload } = await verify(id_token!, 'dummy')
    expect(answer.json()).toMatchObject({
      sub: payload.sub,
      given_name: 'Demo',
      family_name: 'Engineer',
      name: 'Demo Engineer',
    })
  })

  test('a token of another key or with alg none is not ours', async () => {
    const { id_token } = await signInForIdToken({ scope: 'openid' })
    const [, payload, signature] = id_token!.split('.') as [string, string, string]
    const none = Buffer.from('{"alg":"none"}').toString('base64url')
    await expect(verify(`${none}.${payload}.`, 'dummy')).rejects.toThrow()
    await expect(verify(`${none}.${payload}.${signature}`, 'dummy')).rejects.toThrow()
  })

  describe('discovery', () => {
    test.each(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'])(
      '%s',
      async (path) => {
        const answer = await createClient(server.port).get(path)
        expect(answer.status).toBe(200)
        expect(answer.headers['access-control-allow-origin']).toBe('*')
        expect(answer.json()).toMatchObject({
          issuer: server.url,
          authorization_endpoint: `${server.url}/api/oauth/authorize`,
          token_endpoint: `${server.url}/api/oauth/token`,
          userinfo_endpoint: `${server.url}/api/oauth/userinfo`,
          jwks_uri: `${server.url}/api/oauth/jwks`,
          response_types_supported: ['code'],
          code_challenge_methods_supported: ['S256'],
          request_parameter_supported: false,
          request_uri_parameter_supported: false,
          authorization_response_iss_parameter_supported: true,
        })
      },
    )

    test.each(['/api/oauth/jwks', '/oauth/jwks'])(
      '%s holds public keys and nothing private',
      async (path) => {
        const { keys } = (await createClient(server.port).get(path)).json<{
          keys: Record<string, unknown>[]
        }>()
        expect(keys.length).toBeGreaterThan(0)
        for (const key of keys) {
          expect(Object.keys(key).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
          expect(key).toMatchObject({ kty: 'RSA', use: 'sig', alg: 'RS256' })
        }
      },
    )

    test('SP metadata and certificate', async () => {
      const metadata = await createClient(server.port).get('/.well-known/sp-metadata')
      expect(metadata.status).toBe(200)
      expect(metadata.headers['content-type']).toContain('xml')
      expect(metadata.text).toContain(`entityID="${server.url}/saml"`)
      expect(metadata.text).toContain(`${server.url}/api/oauth/saml`)
      const certificate = await createClient(server.port).get('/.well-known/saml.cer')
      expect(certificate.text).toMatch(/^-----BEGIN CERTIFICATE-----\n[\s\S]+-----END CERTIFICATE-----\n?$/)
      const body = certificate.text.replace(/-----[^-]+-----|\s/g, '')
      expect(metadata.text.replace(/\s/g, '')).toContain(body)
    })

    test('metadata of one connection names its own ACS address', async () => {
      const answer = await createClient(server.port).get(
        `/.well-known/sp-metadata?connection=${connection.clientID}`,
      )
      expect(answer.text).toContain(`Location="${server.url}/api/oauth/saml`)
    })

    test.each(['nobody', '%00', '..%2f', '%22%3E%3Cx', 'x'.repeat(5000)])(
      'metadata for the clientID %s is that of all connections',
      async (clientID) => {
        const answer = await createClient(server.port).get(`/.well-known/sp-metadata?connection=${clientID}`)
        expect(answer.status).toBe(200)
        expect(answer.text).toContain(`Location="${server.url}/api/oauth/saml"`)
      },
    )
  })
})
