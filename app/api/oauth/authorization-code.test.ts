import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, test } from 'vitest'
import { describeOnEachServer, type TestServer } from '#server/testing/describe-on-each-server.ts'
import { createBrowser, createClient } from '#server/testing/http-client.ts'
import {
  authorizeParameters,
  begin,
  finish,
  type MadeConnection,
  makeConnection,
  type Parameters,
  redeem,
  redirectUrl,
  signIn,
} from '#server/testing/sign-in.ts'

const verifier = 'a-verifier-of-the-application-0123456789-0123456789'
const challenge = createHash('sha256').update(verifier).digest('base64url')

describeOnEachServer('the authorization code flow', (server) => {
  let connection: MadeConnection

  beforeAll(async () => {
    connection = await makeConnection(server, 'acme.com')
  })

  test('from authorize to the profile, as SAML Jackson documents it', async () => {
    const { url, code } = await signIn(server, connection, { state: 'state of the application' })
    expect(`${url.origin}${url.pathname}`).toBe(redirectUrl)
    expect([...url.searchParams.keys()].sort()).toEqual(['code', 'iss', 'state'])
    expect(url.searchParams.get('state')).toBe('state of the application')
    expect(url.searchParams.get('iss')).toBe(server.url)

    const token = await redeem(server, connection, code)
    expect(token.status).toBe(200)
    expect(token.headers['cache-control']).toBe('no-store')
    const { access_token, ...rest } = token.json<{ access_token: string }>()
    expect(rest).toEqual({ token_type: 'bearer', expires_in: 300 })

    const { person } = connection.idp
    const userinfo = await readUserinfo(server, access_token)
    expect(userinfo).toEqual({
      id: person.id,
      email: person.email,
      firstName: person.firstName,
      lastName: person.lastName,
      roles: person.roles,
      groups: person.groups,
      raw: expect.objectContaining({ email: person.email }),
      requested: {
        tenant: 'acme.com',
        product: 'crm',
        client_id: 'dummy',
        state: 'state of the application',
        redirect_uri: redirectUrl,
      },
    })
  })

  test('state may be left out; what was not sent does not come back', async () => {
    const parameters = authorizeParameters(connection)
    delete parameters.state
    const answer = await finish(server, await begin(server, parameters), connection.idp)
    expect([...answer.location().searchParams.keys()].sort()).toEqual(['code', 'iss'])
  })

  test('parameters the redirect URL has of its own stay in the answer', async () => {
    const own = `${'http://localhost:3366/back'}?page=2&x=%2F`
    const { url } = await signIn(server, connection, { redirect_uri: own })
    expect(url.href.startsWith(`${own}&code=`)).toBe(true)
  })

  test('authorize takes a form as well', async () => {
    const browser = createBrowser(server.port)
    const answer = await browser.post('/api/oauth/authorize', { form: authorizeParameters(connection) })
    expect(answer.status).toBe(303)
    expect(answer.location().searchParams.has('SAMLRequest')).toBe(true)
  })

  test('response_mode=form_post carries the code in a form that needs no script', async () => {
    const begun = await begin(server, authorizeParameters(connection, { response_mode: 'form_post' }))
    const answer = await finish(server, begun, connection.idp)
    expect(answer.status).toBe(200)
    expect(answer.text).toContain(`<form method="post" action="${redirectUrl}">`)
    expect(answer.text).toMatch(/<button[^>]*type="submit"/)
    const fields = new Map(
      Array.from(answer.text.matchAll(/name="([^"]+)" value="([^"]*)"/g), ([, name, value]) => [name, value]),
    )
    expect(fields.get('state')).toBe('state-1')
    expect(fields.get('iss')).toBe(server.url)
    expect(answer.headers['content-security-policy']).toContain("form-action 'self' https:")
    expect(answer.text).not.toMatch(/<script(?![^>]*src=)/)
    expect((await redeem(server, connection, fields.get('code') ?? '')).status).toBe(200)
  })

  describe('every way to name a connection', () => {
    const encoded = 'tenant=acme.com&product=crm'
    const ways: [string, (connection: MadeConnection) => Parameters][] = [
      ['tenant and product', () => ({ client_id: 'dummy', tenant: 'acme.com', product: 'crm' })],
      ['client_id with tenant and product', () => ({ client_id: encoded })],
      ['client_id encoded once more', () => ({ client_id: encodeURIComponent(encoded) })],
      ['access_type', () => ({ client_id: 'dummy', access_type: encoded })],
      ['resource', () => ({ client_id: 'dummy', resource: encoded })],
      ['a scope token', () => ({ client_id: 'dummy', scope: `openid ${encoded}` })],
      ['clientID', ({ clientID }) => ({ client_id: clientID })],
    ]

    test.each(ways)('%s', async (_name, named) => {
      const naming = named(connection)
      const parameters: Parameters = {
        response_type: 'code',
        redirect_uri: redirectUrl,
        state: 's',
        ...naming,
      }
      const answer = await finish(server, await begin(server, parameters), connection.idp)
      const code = answer.location().searchParams.get('code') ?? ''
      const secret = naming.client_id === connection.clientID ? connection.clientSecret : 'dummy'
      const token = await redeem(server, connection, code, {
        client_id: naming.client_id!,
        client_secret: secret,
      })
      expect(token.status, token.text).toBe(200)
      const { requested } = await readUserinfo(server, token.json<{ access_token: string }>().access_token)
      expect(requested).toMatchObject({ tenant: 'acme.com', product: 'crm', client_id: naming.client_id })
    })

    test('tenant and product win over client_id', async () => {
      const other = await makeConnection(server, 'other.com')
      const begun = await begin(server, authorizeParameters(connection, { client_id: other.clientID }))
      expect(begun.answer.location().href).toContain('/test-idp/acme.com/sso')
    })

    test('tenants with spaces, capitals, slashes and umlauts', async () => {
      const odd = await makeConnection(server, 'Müller & Söhne / A+B 100%')
      const { code } = await signIn(server, odd)
      expect((await redeem(server, odd, code)).status).toBe(200)
    })
  })

  describe('every way to prove to be the client', () => {
    const basic = (id: string, secret: string) => ({
      authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
    })
    const encoded = 'tenant=acme.com&product=crm'
    type Way = [
      string,
      (c: MadeConnection) => { headers?: Record<string, string>; form?: Parameters; json?: Parameters },
    ]
    const ways: Way[] = [
      ['post: tenant and product, dummy', () => ({ form: { client_id: encoded, client_secret: 'dummy' } })],
      ['JSON', () => ({ json: { client_id: encoded, client_secret: 'dummy' } })],
      [
        'post: the secret of the connection',
        (c) => ({ form: { client_id: encoded, client_secret: c.clientSecret } }),
      ],
      ['post: clientID', (c) => ({ form: { client_id: c.clientID, client_secret: c.clientSecret } })],
      ['basic: clientID', (c) => ({ headers: basic(c.clientID, c.clientSecret), form: {} })],
      ['basic: tenant and product as they are', () => ({ headers: basic(encoded, 'dummy'), form: {} })],
      [
        'basic: tenant and product form-encoded (RFC 6749 §2.3.1)',
        () => ({ headers: basic(encodeURIComponent(encoded), 'dummy'), form: {} }),
      ],
      ['basic: dummy and dummy', () => ({ headers: basic('dummy', 'dummy'), form: {} })],
    ]

    test.each(ways)('%s', async (_name, prove) => {
      const { code } = await signIn(server, connection)
      const { headers, form, json } = prove(connection)
      const rest = { grant_type: 'authorization_code', redirect_uri: redirectUrl, code }
      const answer = await createClient(server.port).post('/api/oauth/token', {
        headers,
        ...(json ? { json: { ...rest, ...json } } : { form: { ...rest, ...form } }),
      })
      expect(answer.status, answer.text).toBe(200)
    })

    const wrong: Way[] = [
      ['no secret at all', () => ({ form: { client_id: encoded } })],
      ['an empty secret', () => ({ form: { client_id: encoded, client_secret: '' } })],
      ['another secret', () => ({ form: { client_id: encoded, client_secret: 'guess' } })],
      ['dummy for a clientID', (c) => ({ form: { client_id: c.clientID, client_secret: 'dummy' } })],
      ['another tenant', () => ({ form: { client_id: 'tenant=else&product=crm', client_secret: 'dummy' } })],
      [
        'another product',
        () => ({ form: { client_id: 'tenant=acme.com&product=x', client_secret: 'dummy' } }),
      ],
      ['another name than authorize had', () => ({ form: { client_id: 'nobody', client_secret: 'dummy' } })],
    ]

    test.each(wrong)('refused with 401 and WWW-Authenticate: %s', async (_name, prove) => {
      const { code } = await signIn(server, connection)
      const { form } = prove(connection)
      const answer = await createClient(server.port).post('/api/oauth/token', {
        form: { grant_type: 'authorization_code', redirect_uri: redirectUrl, code, ...form },
      })
      expect(answer.status).toBe(401)
      expect(answer.json()).toMatchObject({ error: 'invalid_client' })
      expect(answer.headers['www-authenticate']).toMatch(/^Basic /)
      // The code is not used up by somebody else's failure.
      expect((await redeem(server, connection, code)).status).toBe(200)
    })

    test('a code asked for under a clientID cannot be redeemed with dummy under that name', async () => {
      const parameters = { response_type: 'code', redirect_uri: redirectUrl, client_id: connection.clientID }
      const answer = await finish(server, await begin(server, parameters), connection.idp)
      const code = answer.location().searchParams.get('code') ?? ''
      const more = { client_id: connection.clientID, client_secret: 'dummy' }
      expect((await redeem(server, connection, code, more)).status).toBe(401)
    })

    test('the secret of another connection of the same tenant does not fit', async () => {
      const other = await makeConnection(server, 'acme.com', { product: 'erp' })
      const { code } = await signIn(server, connection)
      const more = { client_id: connection.clientID, client_secret: other.clientSecret }
      expect((await redeem(server, connection, code, more)).status).toBe(401)
    })

    test('two different secrets in one request are refused', async () => {
      const { code } = await signIn(server, connection)
      const answer = await createClient(server.port).post('/api/oauth/token', {
        headers: basic(encoded, 'dummy'),
        form: { grant_type: 'authorization_code', redirect_uri: redirectUrl, code, client_secret: 'other' },
      })
      expect(answer.status).toBe(400)
      expect(answer.json()).toMatchObject({ error: 'invalid_request' })
    })
  })

  describe('PKCE', () => {
    const pkce = { code_challenge: challenge, code_challenge_method: 'S256' }

    test('with the verifier', async () => {
      const { code } = await signIn(server, connection, pkce)
      expect((await redeem(server, connection, code, { code_verifier: verifier })).status).toBe(200)
    })

    test('a public client needs no secret', async () => {
      const { code } = await signIn(server, connection, pkce)
      const answer = await createClient(server.port).post('/api/oauth/token', {
        form: {
          grant_type: 'authorization_code',
          client_id: 'tenant=acme.com&product=crm',
          redirect_uri: redirectUrl,
          code,
          code_verifier: verifier,
        },
      })
      expect(answer.status, answer.text).toBe(200)
    })

    test('a wrong secret stays wrong beside the right verifier', async () => {
      const { code } = await signIn(server, connection, pkce)
      const more = { code_verifier: verifier, client_secret: 'guess' }
      expect((await redeem(server, connection, code, more)).status).toBe(401)
    })

    test.each([
      ['no verifier', {}],
      ['another verifier', { code_verifier: `${verifier}x` }],
      ['the challenge as verifier', { code_verifier: challenge }],
      ['an empty verifier', { code_verifier: '' }],
    ])('refused: %s', async (_name, more: Parameters) => {
      const { code } = await signIn(server, connection, pkce)
      const answer = await redeem(server, connection, code, more)
      expect(answer.status).toBe(400)
      expect(answer.json()).toMatchObject({ error: 'invalid_grant' })
    })

    test('a verifier without a challenge is refused', async () => {
      const { code } = await signIn(server, connection)
      const answer = await redeem(server, connection, code, { code_verifier: verifier })
      expect(answer.status).toBe(400)
      expect(answer.json()).toMatchObject({ error: 'invalid_grant' })
    })

    test.each([
      ['plain', { code_challenge: verifier, code_challenge_method: 'plain' }],
      ['no method, which means plain', { code_challenge: verifier }],
      ['a method without a challenge', { code_challenge_method: 'S256' }],
      ['a challenge that is no SHA-256', { code_challenge: 'short', code_challenge_method: 'S256' }],
    ])('refused at the redirect URL: %s', async (_name, more) => {
      const query = new URLSearchParams(authorizeParameters(connection, more as Parameters))
      const answer = await createClient(server.port).get(`/api/oauth/authorize?${query}`)
      expect(answer.status).toBe(303)
      expect(answer.location().href.startsWith(`${redirectUrl}?`)).toBe(true)
      expect(Object.fromEntries(answer.location().searchParams)).toMatchObject({
        error: 'invalid_request',
        state: 'state-1',
        iss: server.url,
      })
    })
  })

  describe('the request to the identity provider', () => {
    test('goes to its redirect address, with our entityID and ACS address', async () => {
      const { answer, request } = await begin(server, authorizeParameters(connection))
      expect(answer.location().href).toMatch(/^https:\/\/idp\.acme\.example\/test-idp\/acme\.com\/sso\?/)
      expect(answer.location().searchParams.get('SigAlg')).toBe(
        'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
      )
      expect(answer.location().searchParams.has('Signature')).toBe(true)
      expect(request).toMatchObject({
        issuer: `${server.url}/saml`,
        acsUrl: `${server.url}/api/oauth/saml`,
        forceAuthn: false,
      })
    })

    test.each([
      ['forceAuthn=true', { forceAuthn: 'true' }, true],
      ['forceAuthn=false', { forceAuthn: 'false' }, false],
      ['prompt=login', { prompt: 'login' }, true],
      ['max_age=0', { max_age: '0' }, true],
      ['max_age=60', { max_age: '60' }, false],
    ])('%s', async (_name, more, forced) => {
      const { request } = await begin(server, authorizeParameters(connection, more as Parameters))
      expect(request.forceAuthn).toBe(forced)
    })
  })
})

type Userinfo = Record<string, unknown> & { requested: Record<string, unknown> }

async function readUserinfo(server: TestServer, accessToken: string): Promise<Userinfo> {
  const answer = await createClient(server.port).get('/api/oauth/userinfo', {
    headers: { authorization: `Bearer ${accessToken}` },
  })
  expect(answer.status, answer.text).toBe(200)
  return answer.json<Userinfo>()
}
