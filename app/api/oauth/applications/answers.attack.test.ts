import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  authorizeUrl,
  basic,
  goToApplication,
  makeApplication,
  makePerson,
  obtainCode,
  obtainTokens,
  redeemCode,
  requestTokens,
  type TestApplication,
  type TestPerson,
  type TestTokens,
  verifier,
} from '#server/testing/applications.ts'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { createClient } from '#server/testing/http-client.ts'
import { openWebBrowser, type Visit } from '#server/testing/web-browser.ts'

describeOnEachServer('what applications ask and are answered', (server) => {
  let person: TestPerson
  let application: TestApplication

  beforeAll(async () => {
    person = await makePerson(server, 'acme')
    application = await makeApplication(server)
  })

  const client = () => createClient(server.port)
  const ask = (url: URL) => client().get(url.pathname + url.search)
  const silently = { tenant: 'acme', prompt: 'none' }

  describe('iss', () => {
    test('is in an answer with a code', async () => {
      const page = await goToApplication(server, application, person)
      expect(page.url.searchParams.get('code')).toMatch(/./)
      expect(page.url.searchParams.get('iss')).toBe(server.url)
    })

    test.each([
      ['of somebody not signed in', {}],
      ['of an unknown response type', { response_type: 'token' }],
      ['of prompt=none with another', { prompt: 'none login' }],
      ['of a request object', { request: 'e30.e30.' }],
    ])('is in the error %s', async (_name, more) => {
      const { searchParams } = (
        await ask(authorizeUrl(server, application, { ...silently, ...more }))
      ).location()
      expect(searchParams.get('error')).toMatch(/./)
      expect(searchParams.get('iss')).toBe(server.url)
      expect(searchParams.get('state')).toBe('state-1')
    })

    test('is in a form as well', async () => {
      const answer = await ask(authorizeUrl(server, application, { ...silently, response_mode: 'form_post' }))
      expect(answer.text).toContain(`name="iss" value="${server.url}"`)
      expect(answer.text).toContain('name="error" value="login_required"')
    })

    test('is declared', async () => {
      const declared = (await client().get('/.well-known/openid-configuration')).json()
      expect(declared.authorization_response_iss_parameter_supported).toBe(true)
    })
  })

  describe('an ID token', () => {
    let tokens: TestTokens
    beforeAll(async () => {
      tokens = await obtainTokens(server, application, person)
    })

    test('is signed by RS256 and says for whom it is', () => {
      expect(decodeProtectedHeader(tokens.id_token)).toMatchObject({ alg: 'RS256', typ: 'JWT' })
      const claims = decodeJwt(tokens.id_token)
      expect(claims.aud).toBe(application.clientId)
      expect(claims.iss).toBe(server.url)
      expect(claims.sub).toBe(person.id)
      expect(claims.azp ?? application.clientId).toBe(application.clientId)
    })

    test('is no access token', async () => {
      const headers = { authorization: `Bearer ${tokens.id_token}` }
      expect((await client().get('/api/oauth/userinfo', { headers })).status).toBe(401)
    })

    const forged: [string, () => Promise<string> | string][] = [
      ['without a signature', () => new UnsecuredJWT(decodeJwt(tokens.id_token)).encode()],
      [
        'signed with the client secret',
        () =>
          new SignJWT(decodeJwt(tokens.id_token))
            .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
            .sign(new TextEncoder().encode(application.clientSecret)),
      ],
      [
        'signed with our public key as if it were a secret',
        async () => {
          const { keys } = (await client().get('/api/oauth/jwks')).json<{
            keys: { kid: string; n: string }[]
          }>()
          return new SignJWT(decodeJwt(tokens.id_token))
            .setProtectedHeader({ alg: 'HS256', typ: 'JWT', kid: keys[0]!.kid })
            .sign(Buffer.from(keys[0]!.n, 'base64url'))
        },
      ],
      [
        'whose content was changed',
        () => {
          const [header, , signature] = tokens.id_token.split('.')
          const claims = Buffer.from(JSON.stringify({ ...decodeJwt(tokens.id_token), sub: 'usr_other' }))
          return `${header}.${claims.toString('base64url')}.${signature}`
        },
      ],
    ]
    test.each(forged)('%s is not believed as a hint', async (_name, forge) => {
      const browser = openWebBrowser()
      await goToApplication(server, application, person, {}, browser)
      const id_token_hint = await forge()
      const page = await browser.get(authorizeUrl(server, application, { ...silently, id_token_hint }))
      expect(page.url.searchParams.has('code')).toBe(false)
      const logout = new URL('/api/oauth/logout', server.url)
      logout.search = new URLSearchParams({ id_token_hint }).toString()
      await browser.get(logout)
      const still = await browser.get(authorizeUrl(server, application, silently))
      expect(still.url.searchParams.has('code')).toBe(true)
    })

    test('of another person leads to no code for this one', async () => {
      const other = await makePerson(server, 'globex')
      const theirs = await obtainTokens(server, application, other)
      const browser = openWebBrowser()
      await goToApplication(server, application, person, {}, browser)
      const page = await browser.get(
        authorizeUrl(server, application, { prompt: 'none', id_token_hint: theirs.id_token }),
      )
      expect(page.url.searchParams.get('error')).toBe('login_required')
    })
  })

  describe('request objects', () => {
    test.each([
      ['request', 'request_not_supported', new UnsecuredJWT({}).encode()],
      ['request_uri', 'request_uri_not_supported', 'https://app.acme.example/request.jwt'],
    ])('%s is answered as unsupported, and declared so', async (name, error, value) => {
      const answer = await ask(authorizeUrl(server, application, { ...silently, [name]: value }))
      expect(answer.location().searchParams.get('error')).toBe(error)
      const declared = (await client().get('/.well-known/openid-configuration')).json()
      expect(declared[`${name}_parameter_supported`]).toBe(false)
    })
  })

  describe('parameters', () => {
    test.each([
      'client_id',
      'redirect_uri',
      'response_type',
      'scope',
      'state',
      'nonce',
      'prompt',
      'code_challenge',
      'code_challenge_method',
    ])('%s twice is refused by authorize', async (name) => {
      const url = authorizeUrl(server, application, { ...silently, nonce: 'n' })
      url.searchParams.append(name, url.searchParams.get(name)!)
      const answer = await ask(url)
      if (answer.status === 303) expect(answer.location().searchParams.get('error')).toBe('invalid_request')
      else expect(answer.status).toBe(400)
    })

    test.each(['grant_type', 'code', 'redirect_uri', 'code_verifier'])(
      '%s twice is refused by token, and spends nothing',
      async (name) => {
        const code = await obtainCode(server, application, person)
        const form = new URLSearchParams({
          grant_type: 'authorization_code',
          code,
          redirect_uri: application.redirectUrl,
          code_verifier: verifier,
        })
        form.append(name, form.get(name)!)
        const answer = await client().post('/api/oauth/token', { headers: basic(application), form })
        expect([answer.status, answer.json().error]).toEqual([400, 'invalid_request'])
        expect((await redeemCode(server, application, code)).status).toBe(200)
      },
    )

    test('unknown ones are ignored', async () => {
      const code = await obtainCode(server, application, person, { shoe_size: '42', __proto__x: '1' })
      expect((await redeemCode(server, application, code, { shoe_size: '42' })).status).toBe(200)
    })

    test('prompt=none goes with no other', async () => {
      const answer = await ask(authorizeUrl(server, application, { tenant: 'acme', prompt: 'none login' }))
      expect(answer.location().searchParams.get('error')).toBe('invalid_request')
    })

    test.each(['token', 'id_token', 'code id_token', 'none', ''])(
      'response_type %j is refused',
      async (response_type) => {
        const answer = await ask(authorizeUrl(server, application, { ...silently, response_type }))
        expect(['unsupported_response_type', 'invalid_request']).toContain(
          answer.location().searchParams.get('error'),
        )
      },
    )

    test.each(['password', 'implicit', 'urn:ietf:params:oauth:grant-type:device_code'])(
      'grant_type %s is refused',
      async (grant_type) => {
        const answer = await requestTokens(server, application, { grant_type, username: 'a', password: 'b' })
        expect([answer.status, answer.json().error]).toEqual([400, 'unsupported_grant_type'])
      },
    )
  })

  describe('keys', () => {
    test('nothing private is in the JWKS', async () => {
      for (const path of ['/api/oauth/jwks', '/oauth/jwks']) {
        const { keys } = (await client().get(path)).json<{ keys: Record<string, string>[] }>()
        expect(keys.length).toBeGreaterThan(0)
        for (const key of keys)
          expect(
            Object.keys(key).filter((name) => !['alg', 'e', 'kid', 'kty', 'n', 'use'].includes(name)),
          ).toEqual([])
      }
    })
  })

  describe('pages', () => {
    const isGuarded = ({ headers }: Visit) => {
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).not.toMatch(/script-src[^;]*'unsafe-inline'/)
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cache-control')).toContain('no-store')
    }

    test('of sign-in are framed by nobody, and kept by nobody', async () => {
      const page = await openWebBrowser().get(authorizeUrl(server, application, { tenant: 'acme' }))
      expect(page.text).toContain('<form')
      isGuarded(page)
    })
  })
})
