import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  authorize,
  callbackUrl,
  follow,
  type MadeApplication,
  makeApplication,
  makeUser,
  mintVerifier,
  requestOf,
  tokenOf,
} from '#server/testing/application.ts'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { type Answer, createBrowser, createClient } from '#server/testing/http-client.ts'
import { makeConnection } from '#server/testing/sign-in.ts'

/** What strangers can send, and no database keep: it is their mistake and never a failure of ours. */
describeOnEachServer('what strangers send is refused, and breaks nothing', (server) => {
  let application: MadeApplication
  let open: MadeApplication

  beforeAll(async () => {
    application = await makeApplication(server)
    open = await makeApplication(server, { type: 'public' })
    await makeConnection(server, 'acme')
    await makeUser(server, 'acme', 'ada@acme.example')
  })

  describe('a claims parameter', () => {
    const nested = `${'['.repeat(4000)}${']'.repeat(4000)}`
    test.each([
      ['with a NUL', '{"id_token":{"email":{"value":"\\u0000"}}}'],
      ['with half a surrogate pair', '{"id_token":{"email":{"value":"\\ud800"}}}'],
      ['with a NUL in a name', '{"userinfo":{"a\\u0000b":null}}'],
      ['nested 4,000 deep', `{"userinfo":{"email":{"value":${nested}}}}`],
    ])('%s is answered as invalid', async (_name, claims) => {
      const form = requestOf(application, mintVerifier(), { claims })
      const browser = createBrowser(server.port)
      const posted = await browser.post('/api/oauth/authorize', { form })
      const answer = await follow(server, browser, posted)
      expect(answer.status, answer.text).toBe(303)
      expect(answer.location().href).toMatch(`${callbackUrl}?`)
      expect(answer.location().searchParams.get('error')).toBe('invalid_request')
    })
  })

  describe('the form of the login page', () => {
    test.each([
      ['connection', { connection: 'a\u0000b' }],
      ['e-mail address', { email: 'ada\u0000@acme.example' }],
      ['domain', { email: 'ada@acme\u0000.example' }],
      ['address beside a password', { email: 'ada\u0000@acme.example', password: 'x' }],
      ['company', { email: 'ada@acme.example', password: 'x', company: 'ten\u0000' }],
    ])('a NUL in the %s is refused', async (_name, fields) => {
      const browser = createBrowser(server.port)
      const parameters = requestOf(application, mintVerifier(), { tenant: 'acme' })
      // The tenant has a connection for this product and a person with a password: there is something to choose.
      const { answer } = await authorize(server, parameters, browser)
      const sent = await browser.post('/login', { form: { i: tokenOf(answer), ...fields } })
      expect(sent.status, sent.text).toBe(400)
    })

    test('a NUL in the company is refused where the application names none', async () => {
      const browser = createBrowser(server.port)
      const { answer } = await authorize(server, requestOf(application, mintVerifier()), browser)
      const form = { i: tokenOf(answer), email: 'ada@acme.example', password: 'x', company: 'ten\u0000' }
      const sent = await browser.post('/login', { form })
      expect(sent.status, sent.text).toBe(400)
    })
  })

  describe('a DPoP proof', () => {
    let publicKey: JWK
    let privateKey: CryptoKey

    beforeAll(async () => {
      const pair = await generateKeyPair('ES256', { extractable: true })
      publicKey = await exportJWK(pair.publicKey)
      privateKey = pair.privateKey
    })

    const ask = async (claims: Record<string, unknown>): Promise<Answer> => {
      const proof = await new SignJWT({
        htm: 'POST',
        htu: `${server.url}/api/oauth/token`,
        jti: crypto.randomUUID(),
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: publicKey })
        .sign(privateKey)
      const form = { grant_type: 'refresh_token', refresh_token: 'none', client_id: open.clientId }
      return createClient(server.port).post('/api/oauth/token', { form, headers: { dpop: proof } })
    }

    test.each([1e300, -1e300, 8.64e12 + 1])('issued at %d is refused', async (iat) => {
      const answer = await ask({ iat })
      expect(answer.status, answer.text).toBe(400)
      expect(answer.json().error).toBe('invalid_dpop_proof')
    })

    test('issued now is taken', async () => {
      const answer = await ask({ iat: Math.floor(server.clock.now().getTime() / 1000) })
      expect(answer.json().error).toBe('invalid_grant')
    })
  })

  describe('a client assertion', () => {
    let own: MadeApplication
    let privateKey: CryptoKey

    beforeAll(async () => {
      const pair = await generateKeyPair('ES256', { extractable: true })
      privateKey = pair.privateKey
      const jwks = { keys: [await exportJWK(pair.publicKey)] }
      own = await makeApplication(server, { tokenEndpointAuthMethod: 'private_key_jwt', jwks })
    })

    const push = async (claims: Record<string, unknown>): Promise<Answer> => {
      const now = Math.floor(server.clock.now().getTime() / 1000)
      const all = {
        iss: own.clientId,
        sub: own.clientId,
        aud: server.url,
        exp: now + 60,
        jti: crypto.randomUUID(),
        ...claims,
      }
      const form = {
        ...requestOf(own, mintVerifier()),
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: await new SignJWT(all).setProtectedHeader({ alg: 'ES256' }).sign(privateKey),
      }
      return createClient(server.port).post('/api/oauth/par', { form })
    }

    test.each([
      ['that ends with the world', { exp: 1e300 }],
      ['whose jti is a number', { jti: 7 }],
      ['whose jti is an object', { jti: { a: 1 } }],
    ])('%s is refused', async (_name, claims) => {
      const answer = await push(claims)
      expect(answer.status, answer.text).toBe(401)
      expect(answer.json().error).toBe('invalid_client')
    })

    test.each(['', '/api/oauth/token', '/api/oauth/par'])(
      'for %s of ours is taken with a pushed request (RFC 9126 §2)',
      async (path) => {
        const answer = await push({ aud: `${server.url}${path}` })
        expect(answer.status, answer.text).toBe(201)
      },
    )
  })
})
