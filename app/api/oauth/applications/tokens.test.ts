import { createHash, randomUUID } from 'node:crypto'
import {
  type CryptoKey,
  calculateJwkThumbprint,
  createRemoteJWKSet,
  exportJWK,
  generateKeyPair,
  type JWK,
  jwtVerify,
  SignJWT,
} from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { epochSeconds } from '#lib/base/clock.ts'
import {
  askTokens,
  authorize,
  callbackUrl,
  type MadeApplication,
  makeApplication,
  makeUser,
  mintVerifier,
  redeemAt,
  requestOf,
  signInWithPassword,
  type Tokens,
} from '#server/testing/application.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { createClient } from '#server/testing/http-client.ts'

const email = 'ada@acme.example'

describeOnEachServer('tokens of applications', (server) => {
  let application: MadeApplication
  beforeAll(async () => {
    application = await makeApplication(server)
    await makeUser(server, 'acme', email)
  })

  const client = () => createClient(server.port)
  const basic = ({ clientId, clientSecret }: MadeApplication) =>
    `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
  const signedIn = async (made: MadeApplication, more: Record<string, string> = {}) =>
    (await redeemAt(server, made, await signInWithPassword(server, made, email, more))).json<Tokens>()
  const introspect = async (token: string, authorization = basic(application)) =>
    (await client().post('/api/oauth/introspect', { form: { token }, headers: { authorization } })).json()
  const userinfo = (token: string, headers: Record<string, string> = {}) =>
    client().get('/api/oauth/userinfo', { headers: { authorization: `Bearer ${token}`, ...headers } })

  describe('introspection (RFC 7662)', () => {
    test('says what a token is worth, to a confidential application and to a management key', async () => {
      const { access_token } = await signedIn(application)
      const expected = {
        active: true,
        iss: server.url,
        client_id: application.clientId,
        username: email,
        scope: 'openid email profile',
        token_type: 'Bearer',
        tenant: 'acme',
        sub: expect.stringMatching(/^usr_/),
      }
      expect(await introspect(access_token)).toMatchObject(expected)
      expect(await introspect(access_token, `Api-Key ${server.apiKey}`)).toMatchObject(expected)
      expect(await introspect('unknown')).toEqual({ active: false })
    })

    test('is refused to public clients, strangers and wrong keys', async () => {
      const spa = await makeApplication(server, { type: 'public' })
      const { access_token: token } = await signedIn(application)
      const asPublic = await client().post('/api/oauth/introspect', {
        form: { token, client_id: spa.clientId },
      })
      expect([asPublic.status, asPublic.json()]).toEqual([
        401,
        expect.objectContaining({ error: 'invalid_client' }),
      ])
      expect((await client().post('/api/oauth/introspect', { form: { token } })).status).toBe(401)
      expect(await introspect(token, 'Api-Key wrong')).not.toHaveProperty('active')
    })

    test('tells of a refresh token its own application alone', async () => {
      const other = await makeApplication(server)
      const { refresh_token } = await signedIn(application, { scope: 'openid offline_access' })
      expect(await introspect(refresh_token!)).toMatchObject({
        active: true,
        scope: 'openid offline_access',
      })
      expect(await introspect(refresh_token!, basic(other))).toEqual({ active: false })
    })
  })

  describe('revocation (RFC 7009)', () => {
    const revoke = (made: MadeApplication, token: string) =>
      client().post('/api/oauth/revoke', { form: { token }, headers: { authorization: basic(made) } })

    test('of an access token ends that one; of a refresh token everything', async () => {
      const tokens = await signedIn(application, { scope: 'openid offline_access' })
      expect((await revoke(application, tokens.access_token)).status).toBe(200)
      expect((await userinfo(tokens.access_token)).status).toBe(401)
      const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! }
      const next = (await askTokens(server, application, form)).json<Tokens>()
      expect((await revoke(application, next.refresh_token!)).status).toBe(200)
      expect((await userinfo(next.access_token)).status).toBe(401)
      const again = { grant_type: 'refresh_token', refresh_token: next.refresh_token! }
      expect((await askTokens(server, application, again)).json()).toMatchObject({ error: 'invalid_grant' })
    })

    test('of another client’s token changes nothing and says nothing', async () => {
      const other = await makeApplication(server)
      const { access_token } = await signedIn(application)
      expect((await revoke(other, access_token)).status).toBe(200)
      expect((await revoke(other, 'unknown')).status).toBe(200)
      expect((await userinfo(access_token)).status).toBe(200)
    })
  })

  describe('client credentials (RFC 6749 §4.4)', () => {
    test('give a token for the application itself, which says nothing about people', async () => {
      const answer = await askTokens(server, application, { grant_type: 'client_credentials' })
      expect(answer.status).toBe(200)
      const { access_token, ...rest } = answer.json<Tokens>()
      expect(rest).toEqual({ token_type: 'bearer', expires_in: 3600, scope: '' })
      expect(await introspect(access_token)).toMatchObject({ active: true, sub: application.clientId })
      expect((await userinfo(access_token)).json()).toMatchObject({ error: 'insufficient_scope' })
    })

    test('are refused to public clients, and give no scope of people', async () => {
      const spa = await makeApplication(server, { type: 'public' })
      const asPublic = await client().post('/api/oauth/token', {
        form: { grant_type: 'client_credentials', client_id: spa.clientId },
      })
      expect(asPublic.json()).toMatchObject({ error: 'unauthorized_client' })
      const scoped = await askTokens(server, application, {
        grant_type: 'client_credentials',
        scope: 'openid',
      })
      expect(scoped.json()).toMatchObject({ error: 'invalid_scope' })
    })
  })

  describe('JWT access tokens (RFC 9068) and resources (RFC 8707)', () => {
    test('are signed for the resource that was asked for, and end when they are revoked', async () => {
      const made = await makeApplication(server, { accessTokenFormat: 'jwt' })
      const resource = 'https://api.acme.example/v1'
      const { access_token } = await signedIn(made, { resource })
      const keys = createRemoteJWKSet(new URL(`${server.url}/api/oauth/jwks`))
      const { payload } = await jwtVerify(access_token, keys, {
        typ: 'at+jwt',
        issuer: server.url,
        audience: resource,
        currentDate: server.clock.now(),
        requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id'],
      })
      expect(payload).toMatchObject({
        client_id: made.clientId,
        scope: 'openid email profile',
        tenant: 'acme',
      })
      expect(await introspect(access_token)).toMatchObject({ active: true, aud: [resource] })
      expect((await userinfo(access_token)).json()).toMatchObject({ error: 'invalid_token' })
    })

    test('a resource that was not asked for at authorization is refused, and the code is not used up', async () => {
      const begun = await signInWithPassword(server, application, email, {
        resource: 'https://api.acme.example',
      })
      const form = {
        grant_type: 'authorization_code',
        code: begun.code,
        redirect_uri: callbackUrl,
        code_verifier: begun.verifier,
      }
      const wrong = await askTokens(server, application, { ...form, resource: 'https://other.example' })
      expect(wrong.json()).toMatchObject({ error: 'invalid_target' })
      expect((await askTokens(server, application, form)).status).toBe(200)
    })

    test('a resource that is no absolute URI is refused at authorization', async () => {
      const { answer } = await authorize(
        server,
        requestOf(application, mintVerifier(), { resource: 'api#part' }),
      )
      expect(answer.location().searchParams.get('error')).toBe('invalid_target')
    })
  })

  describe('pushed authorization requests (RFC 9126)', () => {
    const push = (made: MadeApplication, form: Record<string, string>) =>
      client().post('/api/oauth/par', { form, headers: { authorization: basic(made) } })
    const refer = (made: MadeApplication, request_uri: string) =>
      authorize(server, { client_id: made.clientId, request_uri })

    test('are referred to once', async () => {
      const pushed = await push(application, requestOf(application, mintVerifier(), { tenant: 'acme' }))
      expect([pushed.status, pushed.json()]).toEqual([
        201,
        {
          request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:[\w-]{43}$/),
          expires_in: 90,
        },
      ])
      const { request_uri } = pushed.json<{ request_uri: string }>()
      const { answer } = await refer(application, request_uri)
      expect([answer.status, answer.text.includes('type="email"')]).toEqual([200, true])
      expect((await refer(application, request_uri)).answer.status).toBe(400)
    })

    test('are another client’s, too old, or unknown: a page, no redirect', async () => {
      const other = await makeApplication(server)
      const pushed = await push(application, requestOf(application, mintVerifier()))
      const { request_uri } = pushed.json<{ request_uri: string }>()
      expect((await refer(other, request_uri)).answer.status).toBe(400)
      server.clock.advance(91)
      expect((await refer(application, request_uri)).answer.status).toBe(400)
      const unknown = 'urn:ietf:params:oauth:request_uri:nothing'
      expect((await refer(application, unknown)).answer.status).toBe(400)
    })

    test('are checked as at authorization, and demanded where the application says so', async () => {
      const strict = await makeApplication(server, { requirePar: true })
      const wrong = await push(strict, {
        ...requestOf(strict, mintVerifier()),
        redirect_uri: 'https://evil.example',
      })
      expect([wrong.status, wrong.json()]).toEqual([
        400,
        expect.objectContaining({ error: 'invalid_request' }),
      ])
      const direct = await authorize(server, requestOf(strict, mintVerifier()))
      expect(direct.answer.location().searchParams.get('error')).toBe('invalid_request')
      const forged = await client().post('/api/oauth/par', { form: requestOf(strict, mintVerifier()) })
      expect(forged.status).toBe(401)
      const pushed = await push(strict, requestOf(strict, mintVerifier()))
      const { request_uri } = pushed.json<{ request_uri: string }>()
      expect((await refer(strict, request_uri)).answer.status).toBe(200)
    })
  })

  describe('private_key_jwt (RFC 7523)', () => {
    let key: CryptoKey
    let made: MadeApplication
    beforeAll(async () => {
      const pair = await generateKeyPair('ES256')
      key = pair.privateKey
      const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }
      made = await makeApplication(server, {
        tokenEndpointAuthMethod: 'private_key_jwt',
        jwks: { keys: [jwk] },
      })
    })

    const assertion = (more: Record<string, unknown> = {}, signer = key) => {
      const now = epochSeconds(server.clock.now())
      const claims = {
        iss: made.clientId,
        sub: made.clientId,
        aud: `${server.url}/api/oauth/token`,
        jti: randomUUID(),
        iat: now,
        exp: now + 60,
        ...more,
      }
      return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(signer)
    }
    const ask = async (client_assertion: string, more: Record<string, string> = {}) =>
      client().post('/api/oauth/token', {
        form: {
          grant_type: 'client_credentials',
          client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
          client_assertion,
          ...more,
        },
      })

    test('proves the client, once', async () => {
      const signed = await assertion()
      expect((await ask(signed)).status).toBe(200)
      expect((await ask(signed)).json()).toMatchObject({ error: 'invalid_client' })
      expect((await ask(await assertion({ aud: server.url }))).status).toBe(200)
    })

    test.each<[string, Record<string, unknown>]>([
      ['another audience', { aud: 'https://other.example' }],
      ['no audience', { aud: undefined }],
      ['another issuer', { iss: 'vc_somebody_else_0123456789' }],
      ['expired', { exp: 1 }],
      ['living too long', { exp: 99_999_999_999 }],
      ['without an id', { jti: undefined }],
      ['without an end', { exp: undefined }],
    ])('is refused: %s', async (_name, more) => {
      const answer = await ask(await assertion(more))
      expect([answer.status, answer.json()]).toEqual([
        401,
        expect.objectContaining({ error: 'invalid_client' }),
      ])
    })

    test('is refused with another key, unsigned, beside a secret, or for a client of another method', async () => {
      const { privateKey } = await generateKeyPair('ES256')
      const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${(await assertion()).split('.')[1]}.`
      for (const forged of [await assertion({}, privateKey), unsigned, 'x', 'a.b.c'])
        expect((await ask(forged)).json()).toMatchObject({ error: 'invalid_client' })
      expect((await ask(await assertion(), { client_secret: 'x' })).json()).toMatchObject({
        error: 'invalid_request',
      })
      const bySecret = await assertion({ iss: application.clientId, sub: application.clientId })
      expect((await ask(bySecret)).json()).toMatchObject({ error: 'invalid_client' })
    })
  })

  describe('DPoP (RFC 9449)', () => {
    let pair: { privateKey: CryptoKey; publicKey: CryptoKey }
    let jwk: JWK
    beforeAll(async () => {
      pair = await generateKeyPair('ES256', { extractable: true })
      jwk = await exportJWK(pair.publicKey)
    })

    const proof = (
      method: string,
      path: string,
      more: Record<string, unknown> = {},
      header: Record<string, unknown> = {},
    ) =>
      new SignJWT({
        htm: method,
        htu: `${server.url}${path}`,
        jti: randomUUID(),
        iat: epochSeconds(server.clock.now()),
        ...more,
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk, ...header })
        .sign(pair.privateKey)
    const hash = (token: string) => createHash('sha256').update(token).digest('base64url')

    test('binds tokens to a key: as Bearer, or with another proof, they are nothing', async () => {
      const begun = await signInWithPassword(server, application, email)
      const dpop = await proof('POST', '/api/oauth/token')
      const answer = await redeemAt(server, application, begun, { dpop })
      const { access_token, token_type } = answer.json<Tokens>()
      expect(token_type).toBe('DPoP')
      expect(await introspect(access_token)).toMatchObject({
        token_type: 'DPoP',
        cnf: { jkt: await calculateJwkThumbprint(jwk) },
      })
      const ask = (headers: Record<string, string>) => client().get('/api/oauth/userinfo', { headers })
      const authorization = `DPoP ${access_token}`
      const good = await proof('GET', '/api/oauth/userinfo', { ath: hash(access_token) })
      expect((await ask({ authorization, dpop: good })).status).toBe(200)
      const again = await ask({ authorization, dpop: good })
      expect([again.status, again.json()]).toEqual([
        401,
        expect.objectContaining({ error: 'invalid_dpop_proof' }),
      ])
      expect(again.headers['www-authenticate']).toMatch(/^DPoP error="invalid_dpop_proof", algs="ES256 /)
      const without = await ask({ authorization })
      expect(without.headers['www-authenticate']).toMatch(/^DPoP error="invalid_token", algs=/)
      expect(without.status).toBe(401)
      expect((await userinfo(access_token)).status).toBe(401)
      const unbound = await proof('GET', '/api/oauth/userinfo')
      expect((await ask({ authorization, dpop: unbound })).json()).toMatchObject({
        error: 'invalid_dpop_proof',
      })
    })

    test.each<[string, () => Promise<string>]>([
      ['another method', () => proof('GET', '/api/oauth/token')],
      ['another address', () => proof('POST', '/api/oauth/userinfo')],
      ['too old', () => proof('POST', '/api/oauth/token', { iat: 1 })],
      ['of the future', () => proof('POST', '/api/oauth/token', { iat: 99_999_999_999 })],
      ['without an id', () => proof('POST', '/api/oauth/token', { jti: undefined })],
      ['of another type', () => proof('POST', '/api/oauth/token', {}, { typ: 'JWT' })],
      ['without a key', () => proof('POST', '/api/oauth/token', {}, { jwk: undefined })],
      ['no JWT', async () => 'x'],
      [
        'with a private key',
        async () => proof('POST', '/api/oauth/token', {}, { jwk: await exportJWK(pair.privateKey) }),
      ],
    ])('a proof is refused: %s', async (_name, make) => {
      const answer = await askTokens(
        server,
        application,
        { grant_type: 'client_credentials' },
        { dpop: await make() },
      )
      expect([answer.status, answer.json()]).toEqual([
        400,
        expect.objectContaining({ error: 'invalid_dpop_proof' }),
      ])
    })

    test('is demanded where the application says so, and a code keeps to the key that was announced', async () => {
      const strict = await makeApplication(server, { requireDpop: true })
      const without = await askTokens(server, strict, { grant_type: 'client_credentials' })
      expect(without.json()).toMatchObject({ error: 'invalid_dpop_proof' })
      const dpop_jkt = hash('the thumbprint of another key')
      const begun = await signInWithPassword(server, application, email, { dpop_jkt })
      const dpop = await proof('POST', '/api/oauth/token')
      expect((await redeemAt(server, application, begun, { dpop })).json()).toMatchObject({
        error: 'invalid_grant',
      })
    })

    test('a public client’s refresh token works with its key alone', async () => {
      const spa = await makeApplication(server, { type: 'public' })
      const begun = await signInWithPassword(server, spa, email, { scope: 'openid offline_access' })
      const form = {
        client_id: spa.clientId,
        grant_type: 'authorization_code',
        code: begun.code,
        redirect_uri: callbackUrl,
        code_verifier: begun.verifier,
      }
      const post = (body: Record<string, string>, headers: Record<string, string> = {}) =>
        client().post('/api/oauth/token', { form: body, headers })
      const first = await post(form, { dpop: await proof('POST', '/api/oauth/token') })
      const { refresh_token } = first.json<Tokens>()
      const again = {
        client_id: spa.clientId,
        grant_type: 'refresh_token',
        refresh_token: refresh_token!,
      }
      expect((await post(again)).json()).toMatchObject({ error: 'invalid_grant' })
      const other = await generateKeyPair('ES256')
      const stolen = await new SignJWT({
        htm: 'POST',
        htu: `${server.url}/api/oauth/token`,
        jti: randomUUID(),
        iat: epochSeconds(server.clock.now()),
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(other.publicKey) })
        .sign(other.privateKey)
      expect((await post(again, { dpop: stolen })).json()).toMatchObject({ error: 'invalid_grant' })
      const renewed = await post(again, { dpop: await proof('POST', '/api/oauth/token') })
      expect(renewed.json<Tokens>().token_type).toBe('DPoP')
    })
  })

  test('native applications come back to whatever port is free (RFC 8252 §7.3), and to nothing else', async () => {
    const native = await makeApplication(server, {
      type: 'native',
      redirectUrls: ['http://127.0.0.1/callback', 'com.acme.crm:/callback'],
    })
    const at = async (redirect_uri: string) =>
      (await authorize(server, requestOf(native, mintVerifier(), { redirect_uri }))).answer.status
    expect(await at('http://127.0.0.1:51234/callback')).toBe(200)
    expect(await at('com.acme.crm:/callback')).toBe(200)
    expect(await at('http://127.0.0.1:51234/other')).toBe(400)
    expect(await at('http://localhost:51234/callback')).toBe(400)
    expect(await at('com.acme.crm://elsewhere/callback')).toBe(400)
  })

  test('what is revoked or deleted in between ends with the next request', async () => {
    const doomed = await makeApplication(server)
    const { access_token } = await signedIn(doomed)
    expect((await userinfo(access_token)).status).toBe(200)
    await managementClient(server).send('DELETE', `/api/v1/applications/${doomed.id}`)
    expect((await userinfo(access_token)).status).toBe(401)
  })
})
