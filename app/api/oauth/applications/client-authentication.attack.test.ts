import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  basic,
  makeApplication,
  makePerson,
  obtainCode,
  redeemCode,
  type TestApplication,
  type TestPerson,
  verifier,
} from '#server/testing/applications.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Answer, createClient } from '#server/testing/http-client.ts'

type Proof = { headers?: Record<string, string>; form?: Record<string, string> }

describeOnEachServer('how applications prove who they are', (server) => {
  let person: TestPerson
  let byBasic: TestApplication
  let byPost: TestApplication
  let byNothing: TestApplication

  beforeAll(async () => {
    person = await makePerson(server, 'acme')
    byBasic = await makeApplication(server, { tokenEndpointAuthMethod: 'client_secret_basic' })
    byPost = await makeApplication(server, { tokenEndpointAuthMethod: 'client_secret_post' })
    byNothing = await makeApplication(server, { type: 'public' })
  })

  async function redeem(application: TestApplication, { headers, form }: Proof): Promise<Answer> {
    return createClient(server.port).post('/api/oauth/token', {
      headers,
      form: {
        grant_type: 'authorization_code',
        code: await obtainCode(server, application, person),
        redirect_uri: application.redirectUrl,
        code_verifier: verifier,
        ...form,
      },
    })
  }

  const post = ({ clientId, clientSecret }: TestApplication, more: Partial<TestApplication> = {}): Proof => ({
    form: { client_id: clientId, client_secret: more.clientSecret ?? clientSecret },
  })
  const percent = (text: string) =>
    Array.from(text, (letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}`).join('')
  const rawBasic = (text: string): Proof => ({
    headers: { authorization: `Basic ${Buffer.from(text).toString('base64')}` },
  })

  /** RFC 6749 §5.2: 401, and a challenge where the client came with one of HTTP's. */
  const expectInvalidClient = (answer: Answer) => {
    expect(answer.status, answer.text).toBe(401)
    expect(answer.json().error).toBe('invalid_client')
    expect(answer.headers['cache-control']).toBe('no-store')
  }

  describe('by the registered method', () => {
    test('Basic', async () => {
      expect((await redeem(byBasic, { headers: basic(byBasic) })).status).toBe(200)
    })
    test('Basic is form-decoded', async () => {
      const encoded = `${percent(byBasic.clientId)}:${percent(byBasic.clientSecret)}`
      expect((await redeem(byBasic, rawBasic(encoded))).status).toBe(200)
    })
    test('the form', async () => {
      expect((await redeem(byPost, post(byPost))).status).toBe(200)
    })
    test('nothing but the name, for a public one', async () => {
      expect((await redeem(byNothing, { form: { client_id: byNothing.clientId } })).status).toBe(200)
    })
  })

  describe('by no other method', () => {
    test('the form, where Basic is registered', async () => {
      expectInvalidClient(await redeem(byBasic, post(byBasic)))
    })
    test('Basic, where the form is registered', async () => {
      const answer = await redeem(byPost, { headers: basic(byPost) })
      expectInvalidClient(answer)
      expect(answer.headers['www-authenticate']).toMatch(/^Basic /)
    })
    test('the name alone, where a secret is registered', async () => {
      expectInvalidClient(await redeem(byBasic, { form: { client_id: byBasic.clientId } }))
      expectInvalidClient(await redeem(byPost, { form: { client_id: byPost.clientId } }))
    })
    test('a secret, where none is registered', async () => {
      expectInvalidClient(await redeem(byNothing, post(byNothing, { clientSecret: 'anything' })))
      expectInvalidClient(await redeem(byNothing, rawBasic(`${byNothing.clientId}:anything`)))
    })
    test('two at once', async () => {
      const both = await redeem(byBasic, { headers: basic(byBasic), ...post(byBasic) })
      expect([400, 401]).toContain(both.status)
      expect(['invalid_request', 'invalid_client']).toContain(both.json().error)
    })
  })

  describe('not by', () => {
    test.each([
      ['a wrong secret', (own: TestApplication) => rawBasic(`${own.clientId}:${own.clientSecret}x`)],
      [
        'a part of the secret',
        (own: TestApplication) => rawBasic(`${own.clientId}:${own.clientSecret.slice(0, -1)}`),
      ],
      ['an empty secret', (own: TestApplication) => rawBasic(`${own.clientId}:`)],
      ['no secret', (own: TestApplication) => rawBasic(own.clientId)],
      ['the secret of another', (own: TestApplication) => rawBasic(`${own.clientId}:${byPost.clientSecret}`)],
      ['an unknown name', (own: TestApplication) => rawBasic(`vc_nobody:${own.clientSecret}`)],
      ['broken escapes', (own: TestApplication) => rawBasic(`${own.clientId}:%zz`)],
      ['what is not base64', () => ({ headers: { authorization: 'Basic !!!' } })],
      [
        'another name in the form',
        (own: TestApplication) => ({ headers: basic(own), form: { client_id: byPost.clientId } }),
      ],
      [
        'the Polis way',
        (own: TestApplication) => ({ form: { client_id: own.clientId, client_secret: 'dummy' } }),
      ],
    ])('%s', async (_name, prove) => {
      const answer = await redeem(byBasic, prove(byBasic))
      expect([400, 401]).toContain(answer.status)
      expect(['invalid_client', 'invalid_request']).toContain(answer.json().error)
    })

    test('a failed proof spends no code', async () => {
      const code = await obtainCode(server, byBasic, person)
      const wrong = { ...byBasic, clientSecret: `${byBasic.clientSecret}x` }
      expectInvalidClient(await redeemCode(server, wrong, code))
      expect((await redeemCode(server, byBasic, code)).status).toBe(200)
    })
  })

  describe('secrets', () => {
    test('two work at once, and a deleted one no more', async () => {
      const own = await makeApplication(server)
      const path = `/api/v1/applications/${own.id}/secrets`
      const second = (await managementClient(server).post(path)).json<{ id: string; clientSecret: string }>()
      const renewed = { ...own, clientSecret: second.clientSecret }
      expect((await redeem(own, { headers: basic(own) })).status).toBe(200)
      expect((await redeem(own, { headers: basic(renewed) })).status).toBe(200)
      const { data } = (await managementClient(server).get(path)).json<{ data: { id: string }[] }>()
      const first = data.find(({ id }) => id !== second.id)!
      await managementClient(server).send('DELETE', `${path}/${first.id}`)
      expectInvalidClient(await redeem(own, { headers: basic(own) }))
      expect((await redeem(own, { headers: basic(renewed) })).status).toBe(200)
    })

    test('are told once', async () => {
      const answers = await Promise.all(
        [byBasic.id, `${byBasic.id}/secrets`].map((path) =>
          managementClient(server).get(`/api/v1/applications/${path}`),
        ),
      )
      for (const { status, text } of answers) {
        expect(status).toBe(200)
        expect(text).not.toContain(byBasic.clientSecret)
      }
    })
  })

  describe('private_key_jwt', () => {
    let keys: CryptoKeyPair
    let other: CryptoKeyPair
    let own: TestApplication
    let used = 0

    beforeAll(async () => {
      keys = await generateKeyPair('ES256', { extractable: true })
      other = await generateKeyPair('ES256', { extractable: true })
      own = await makeApplication(server, {
        tokenEndpointAuthMethod: 'private_key_jwt',
        jwks: { keys: [{ ...(await exportJWK(keys.publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] },
      })
    })

    const now = () => Math.floor(server.clock.now().getTime() / 1000)
    const claimsOf = (more: Record<string, unknown> = {}) => ({
      iss: own.clientId,
      sub: own.clientId,
      aud: server.url,
      iat: now(),
      exp: now() + 60,
      jti: `assertion-${used++}`,
      ...more,
    })
    const sign = (claims: Record<string, unknown>, key = keys.privateKey) =>
      new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(key)
    const prove = (client_assertion: string): Proof => ({
      form: {
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion,
      },
    })

    test('an assertion for the issuer proves it', async () => {
      const answer = await redeem(own, prove(await sign(claimsOf())))
      expect(answer.status, answer.text).toBe(200)
    })

    test('an assertion works once', async () => {
      const assertion = await sign(claimsOf())
      expect((await redeem(own, prove(assertion))).status).toBe(200)
      expectInvalidClient(await redeem(own, prove(assertion)))
    })

    const wrong: [string, () => Promise<string>][] = [
      ['of another key', () => sign(claimsOf(), other.privateKey)],
      ['that is over', () => sign(claimsOf({ exp: now() - 180 }))],
      ['that has no end', () => sign(claimsOf({ exp: undefined }))],
      ['that is for somebody else', () => sign(claimsOf({ aud: 'https://other.example' }))],
      ['by somebody else', () => sign(claimsOf({ iss: byBasic.clientId }))],
      ['about somebody else', () => sign(claimsOf({ sub: byBasic.clientId }))],
      ['not yet valid', () => sign(claimsOf({ nbf: now() + 600 }))],
      [
        'without a signature',
        async () =>
          `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claimsOf())).toString('base64url')}.`,
      ],
      [
        'by HMAC with the public key',
        async () => {
          const { x } = await exportJWK(keys.publicKey)
          return new SignJWT(claimsOf())
            .setProtectedHeader({ alg: 'HS256', kid: 'one' })
            .sign(new Uint8Array(Buffer.from(x!, 'base64url')))
        },
      ],
    ]
    test.each(wrong)('an assertion %s is refused', async (_name, make) => {
      expectInvalidClient(await redeem(own, prove(await make())))
    })
  })
})
