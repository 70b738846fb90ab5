import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeOnEachServer } from './testing/describe-on-each-server.ts'
import { createClient } from './testing/http-client.ts'
import { authorizeParameters, begin, finish, makeConnection } from './testing/sign-in.ts'

const app = join(import.meta.dirname, '../app')

/** Every address of the tree, with a value in place of each open segment. */
const paths = readdirSync(app, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('/route.ts') && !file.startsWith('(portal)'))
  .map((file) =>
    file
      .split('/')
      .slice(0, -1)
      .filter((segment) => !segment.startsWith('('))
      .map((segment) => (segment.startsWith('[') ? 'value' : segment))
      .join('/'),
  )

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

const always = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': expect.stringContaining('camera=()'),
  'content-security-policy': expect.stringContaining("frame-ancestors 'none'"),
  'x-request-id': expect.stringMatching(/^[\w.:-]{8,}$/),
}

describeOnEachServer('every route and every method', (server) => {
  test('there are routes to look at', () => expect(paths.length).toBeGreaterThan(15))

  test.each(paths)('/%s', async (path) => {
    for (const method of methods) {
      const answer = await createClient(server.port).send(method, `/${path}`)
      expect(answer.status, method).toBeLessThan(500)
      expect(answer.headers, method).toMatchObject(always)
      expect(answer.headers['content-security-policy'], method).toMatch(/^default-src 'none'/)
      expect(answer.headers['content-security-policy'], method).not.toContain('unsafe')
      expect(answer.headers, method).not.toHaveProperty('x-powered-by')
      expect(answer.headers, method).not.toHaveProperty('server')
      // By http nobody may be told to use https from now on.
      expect(answer.headers, method).not.toHaveProperty('strict-transport-security')
      if (answer.status === 405) expect(answer.headers.allow, method).toBeTruthy()
      if (method === 'HEAD') expect(answer.text).toBe('')
    }
  })

  test('what is not ours either', async () => {
    for (const path of [
      '/nothing',
      '/api/nothing',
      '/%',
      '/..',
      '//evil.example/',
      '/api/oauth/authorize/more',
    ]) {
      const answer = await createClient(server.port).get(path)
      expect(answer.status, path).toBeLessThan(500)
      expect(answer.headers, path).toMatchObject({ ...always, 'content-security-policy': expect.any(String) })
    }
  })

  test('CORS: token, userinfo and discovery may be read by any page, without cookies; nothing else may', async () => {
    const client = createClient(server.port, { origin: 'https://spa.acme.example' })
    const readable = [
      '/api/oauth/userinfo',
      '/api/oauth/jwks',
      '/oauth/jwks',
      '/.well-known/openid-configuration',
    ]
    for (const path of readable) {
      const answer = await client.get(path)
      expect(answer.headers['access-control-allow-origin'], path).toBe('*')
      expect(answer.headers, path).not.toHaveProperty('access-control-allow-credentials')
    }
    const token = await client.post('/api/oauth/token', { form: {} })
    expect(token.headers['access-control-allow-origin']).toBe('*')
    const preflight = await client.send('OPTIONS', '/api/oauth/token')
    expect(preflight.status).toBe(204)
    expect(preflight.headers['access-control-allow-headers']).toMatch(/authorization/)
    for (const path of [
      '/api/oauth/authorize',
      '/api/oauth/saml',
      '/api/v1/tenants',
      '/api/v1/connections',
      '/idp/select',
    ]) {
      expect((await client.get(path)).headers, path).not.toHaveProperty('access-control-allow-origin')
    }
  })

  test('a request id that reads like one is kept, anything else replaced', async () => {
    const client = createClient(server.port)
    const given = async (id: string) =>
      (await client.get('/api/health', { headers: { 'x-request-id': id } })).headers['x-request-id']
    expect(await given('proxy-1234567890')).toBe('proxy-1234567890')
    expect(await given('short')).not.toBe('short')
    expect(await given(`x${'y'.repeat(200)}`)).not.toContain('yyyy')
    expect(await given('with "quotes" and spaces')).not.toContain('quotes')
  })

  test('cookies on http: for the flow, not for scripts', async () => {
    const own = await makeConnection(server, 'cookies.example')
    const { answer } = await begin(server, authorizeParameters(own))
    expect(answer.headers['set-cookie']).toEqual([
      expect.stringMatching(/^vestibule-login=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=3600$/),
    ])
  })

  test('pages hold no inline script or style, and nothing from elsewhere', async () => {
    const own = await makeConnection(server, 'pages.example')
    const begun = await begin(server, authorizeParameters(own, { response_mode: 'form_post' }))
    const pages = [
      await finish(server, begun, own.idp),
      await createClient(server.port).get('/api/oauth/authorize'),
      await createClient(server.port).post('/api/oauth/saml', { form: { SAMLResponse: 'x' } }),
    ]
    for (const page of pages) {
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8')
      expect(page.headers['cache-control']).toBe('no-store')
      expect(page.headers['content-security-policy']).toMatch(/script-src 'self'(;|$)/)
      expect(page.text).not.toMatch(/<script(?![^>]*src="\/)|<style|\son\w+=|style=|javascript:/i)
      expect(page.text).not.toMatch(/(src|href)="https?:/)
    }
  })
})

describeOnEachServer(
  'behind https',
  (server) => {
    const host = { host: 'login.acme.example' }

    test('HSTS on every answer', async () => {
      for (const path of ['/api/health', '/api/oauth/token', '/api/v1/tenants', '/nothing']) {
        const answer = await createClient(server.port, host).get(path)
        expect(answer.headers['strict-transport-security'], path).toMatch(/^max-age=\d{8,}/)
      }
    })

    test('the cookie of the flow is __Host-, Secure, and comes along from the identity provider', async () => {
      const own = await makeHttpsConnection()
      const query = new URLSearchParams(authorizeParameters(own))
      const answer = await createClient(server.port, host).get(`/api/oauth/authorize?${query}`)
      expect(answer.status).toBe(303)
      expect(answer.headers['set-cookie']).toEqual([
        expect.stringMatching(
          /^__Host-vestibule-login=[\w-]{43}; Path=\/; HttpOnly; SameSite=None; Max-Age=3600; Secure$/,
        ),
      ])
    })

    test('a cookie without the prefix, as a neighbour host could plant it, binds nothing', async () => {
      const own = await makeHttpsConnection()
      const planted = createClient(server.port, { ...host, cookie: `vestibule-login=${'a'.repeat(43)}` })
      const query = new URLSearchParams(authorizeParameters(own))
      const answer = await planted.get(`/api/oauth/authorize?${query}`)
      expect(answer.headers['set-cookie']?.[0]).not.toContain('a'.repeat(43))
    })

    test('issuer and addresses are those of PUBLIC_URL', async () => {
      const answer = await createClient(server.port, host).get('/.well-known/openid-configuration')
      expect(answer.json()).toMatchObject({
        issuer: 'https://login.acme.example',
        token_endpoint: 'https://login.acme.example/api/oauth/token',
      })
    })

    async function makeHttpsConnection() {
      const { createIdentityProvider } = await import('./testing/identity-provider.ts')
      const idp = createIdentityProvider('acme')
      const answer = await createClient(server.port, {
        ...host,
        authorization: `Api-Key ${server.apiKey}`,
      }).post('/api/v1/connections', {
        json: {
          tenant: 'acme',
          product: 'crm',
          rawMetadata: idp.metadata(),
          defaultRedirectUrl: 'https://app.acme.example/callback',
          redirectUrl: 'https://app.acme.example/callback',
        },
      })
      expect(answer.status, answer.text).toBe(200)
      return answer.json<{ tenant: string; product: string }>()
    }
  },
  { PUBLIC_URL: 'https://login.acme.example' },
)
