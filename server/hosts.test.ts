import { beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '#lib/base/actor.ts'
import { createConnection } from '#lib/connections/create-connection.ts'
import { insertOrganization } from '#lib/store/organizations.ts'
import { describeOnEachServer, managementClient } from './testing/describe-on-each-server.ts'
import { createBrowser, createClient } from './testing/http-client.ts'
import { createIdentityProvider } from './testing/identity-provider.ts'
import { authorizeParameters, makeConnection, newestTrace, redirectUrl } from './testing/sign-in.ts'

const routes = [
  '/api/oauth/authorize',
  '/api/oauth/jwks',
  '/.well-known/openid-configuration',
  '/.well-known/sp-metadata',
  '/idp/select',
]

describeOnEachServer('the host of a request', (server) => {
  test.each([
    'evil.example',
    'localhost',
    'localhost:1',
    '127.0.0.1',
    'localhost.evil.example',
    '[::1]',
    'a b',
    'x/y',
    '',
    'localhost:99999999',
  ])('unknown: %j is 421 everywhere, and nothing is built from it', async (host) => {
    for (const path of [...routes, '/api/v1/tenants', '/nothing']) {
      const answer = await createClient(server.port, { host }).get(path)
      expect([400, 421], `${path} ${answer.status}`).toContain(answer.status)
      expect(answer.text).not.toContain('evil.example/')
    }
  })

  test('upper case is the same host', async () => {
    const answer = await createClient(server.port, { host: `LOCALHOST:${server.port}` }).get(routes[2]!)
    expect(answer.json()).toMatchObject({ issuer: server.url })
  })

  test('load balancers may ask for health under any host', async () => {
    for (const path of ['/api/health', '/api/ready']) {
      const answer = await createClient(server.port, { host: '10.0.0.7' }).get(path)
      expect([answer.status, typeof answer.json().status]).toEqual([200, 'string'])
    }
  })

  test('forwarded headers of strangers change nothing', async () => {
    const forged = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-forwarded-for': '203.0.113.7',
      forwarded: 'for=203.0.113.7;host=evil.example;proto=https',
      'x-vestibule-address': '203.0.113.7',
      'x-real-ip': '203.0.113.7',
      'x-original-url': '/api/v1/tenants',
      'x-middleware-subrequest': 'middleware',
    }
    const answer = await createClient(server.port, forged).get('/.well-known/openid-configuration')
    expect(answer.json()).toMatchObject({ issuer: server.url })
    await createClient(server.port, forged).get('/api/oauth/authorize')
    const trace = await newestTrace(server)
    expect(JSON.stringify(trace)).not.toContain('203.0.113.7')
    expect(trace).toMatchObject({ address: expect.stringMatching(/^(::1|127\.0\.0\.1)$/) })
  })
})

describeOnEachServer(
  'behind one proxy',
  (server) => {
    const through = (headers: Record<string, string>) =>
      createClient(server.port, { host: 'internal:8080', ...headers })

    test('the host it names decides, the last one it names', async () => {
      const own = `localhost:${server.port}`
      const host = async (named: string) =>
        (await through({ 'x-forwarded-host': named }).get('/.well-known/openid-configuration')).status
      expect(await host(own)).toBe(200)
      expect(await host(`evil.example, ${own}`)).toBe(200)
      expect(await host(`${own}, evil.example`)).toBe(421)
      expect(await host('evil.example')).toBe(421)
    })

    test('the client address is the one it appended, whatever the client wrote before', async () => {
      const host = `localhost:${server.port}`
      await createClient(server.port, { host, 'x-forwarded-for': '198.51.100.1, 203.0.113.7' }).get(
        '/api/oauth/authorize',
      )
      expect(await newestTrace(server)).toMatchObject({ address: '203.0.113.7' })
      await createClient(server.port, { host, 'x-forwarded-for': '' }).get('/api/oauth/authorize')
      expect(await newestTrace(server)).toMatchObject({
        address: expect.stringMatching(/^(::1|127\.0\.0\.1)$/),
      })
    })
  },
  { TRUST_PROXY: '1' },
)

describeOnEachServer('a second organization on its own host', (server) => {
  const host = 'second.example'
  const actor: Actor = {
    type: 'system',
    id: 'test',
    name: 'Test',
    role: 'owner',
    organizationId: 'org_second',
    address: '',
    requestId: '',
  }
  const idp = createIdentityProvider('acme')
  let theirs: { clientID: string; clientSecret: string }

  beforeAll(async () => {
    await insertOrganization(server.house.db, { id: 'org_second', name: 'Second <b>Inc', host })
    await makeConnection(server, 'acme', {}, idp)
    theirs = await createConnection(server.house, actor, {
      kind: 'saml',
      tenant: 'acme',
      product: 'crm',
      metadata: { xml: idp.metadata() },
      fields: { defaultRedirectUrl: redirectUrl, redirectUrls: [redirectUrl] },
    })
    await createConnection(server.house, actor, {
      kind: 'saml',
      tenant: 'theirs',
      product: 'crm',
      metadata: { xml: idp.metadata() },
      fields: { defaultRedirectUrl: redirectUrl, redirectUrls: [redirectUrl] },
    })
  })

  test('has its own issuer, keys and entityID', async () => {
    const ask = (path: string) => createClient(server.port, { host }).get(path)
    expect((await ask('/.well-known/openid-configuration')).json()).toMatchObject({
      issuer: `http://${host}`,
    })
    expect((await ask('/.well-known/sp-metadata')).text).toContain(`entityID="http://${host}/saml"`)
    const keys = async (client: ReturnType<typeof createClient>) =>
      (await client.get('/api/oauth/jwks'))
        .json<{ keys: { kid: string; n: string }[] }>()
        .keys.map(({ n }) => n)
    const [own, other] = [
      await keys(createClient(server.port)),
      await keys(createClient(server.port, { host })),
    ]
    expect(own.filter((n) => other.includes(n))).toEqual([])
  })

  test('its objects are not there for the management key of the first', async () => {
    const client = managementClient(server)
    expect((await client.get(`/api/v1/connections?clientID=${theirs.clientID}`)).json()).toEqual([])
    expect((await client.get('/api/v1/connections?tenant=theirs&product=crm')).json()).toEqual([])
    expect(
      (await client.get('/api/v1/connections/product?product=crm'))
        .json<{ clientID: string }[]>()
        .map(({ clientID }) => clientID),
    ).not.toContain(theirs.clientID)
    const tenant = (await server.house.db.tenant.findFirst({
      where: { organizationId: 'org_second', slug: 'theirs' },
    }))!
    for (const name of ['theirs', tenant.id]) {
      for (const method of ['GET', 'PATCH', 'DELETE']) {
        const json = method === 'PATCH' ? { json: { name: 'taken over' } } : {}
        expect((await client.send(method, `/api/v1/tenants/${name}`, json)).status, method).toBe(404)
      }
    }
    const { clientID, clientSecret } = theirs
    const change = await client.send('PATCH', '/api/v1/connections', {
      json: { isSAML: true, clientID, clientSecret, name: 'x' },
    })
    expect(change.status).toBe(400)
    await client.send('DELETE', `/api/v1/connections?${new URLSearchParams({ clientID, clientSecret })}`)
    await client.send('DELETE', '/api/v1/connections?tenant=theirs&product=crm')
    expect(await server.house.db.connection.count({ where: { organizationId: 'org_second' } })).toBe(2)
  })

  test('the management key of the first does not open its API', async () => {
    const client = createClient(server.port, { host, authorization: `Api-Key ${server.apiKey}` })
    expect((await client.get('/api/v1/tenants')).status).toBe(401)
  })

  test('its connections do not answer at the host of the first', async () => {
    for (const named of [
      { client_id: theirs.clientID },
      { tenant: 'theirs', product: 'crm', client_id: 'dummy' },
    ]) {
      const query = new URLSearchParams({
        response_type: 'code',
        redirect_uri: redirectUrl,
        ...named,
      } as Record<string, string>)
      expect((await createClient(server.port).get(`/api/oauth/authorize?${query}`)).status).toBe(400)
      expect((await createClient(server.port, { host }).get(`/api/oauth/authorize?${query}`)).status).toBe(
        303,
      )
    }
  })

  describe('a login begun there', () => {
    async function beginThere() {
      const browser = createBrowser(server.port, { host })
      const query = new URLSearchParams(authorizeParameters({ tenant: 'acme', product: 'crm' }))
      const answer = await browser.get(`/api/oauth/authorize?${query}`)
      const { readAuthnRequest } = await import('#lib/testing/idp/read-authn-request.ts')
      const parameters = answer.location().searchParams
      const request = readAuthnRequest(parameters.get('SAMLRequest')!, 'redirect')
      const form = {
        SAMLResponse: idp.answer(request, server.clock.now()),
        RelayState: parameters.get('RelayState')!,
      }
      return { browser, form }
    }

    test('ends there, and not at the host of the first', async () => {
      const { browser, form } = await beginThere()
      const elsewhere = await browser.post('/api/oauth/saml', {
        form,
        headers: { host: `localhost:${server.port}` },
      })
      expect(elsewhere.status).toBe(400)
      const there = await browser.post('/api/oauth/saml', { form })
      const code = there.location().searchParams.get('code')!
      expect(there.location().searchParams.get('iss')).toBe(`http://${host}`)
      const redemption = {
        form: {
          grant_type: 'authorization_code',
          client_id: 'tenant=acme&product=crm',
          client_secret: 'dummy',
          redirect_uri: redirectUrl,
          code,
        },
      }
      expect((await createClient(server.port).post('/api/oauth/token', redemption)).status).toBe(400)
      const token = await createClient(server.port, { host }).post('/api/oauth/token', redemption)
      expect(token.status, token.text).toBe(200)
      const headers = { authorization: `Bearer ${token.json().access_token}` }
      expect((await createClient(server.port).get('/api/oauth/userinfo', { headers })).status).toBe(401)
      expect((await createClient(server.port, { host }).get('/api/oauth/userinfo', { headers })).status).toBe(
        200,
      )
    })

    test('its traces are its own', async () => {
      const { data } = (await managementClient(server).get('/api/v1/traces?limit=200')).json<{
        data: { id: string }[]
      }>()
      const theirTraces = await server.house.db.trace.findMany({ where: { organizationId: 'org_second' } })
      expect(theirTraces.length).toBeGreaterThan(0)
      for (const { id } of theirTraces) {
        expect(data.map((trace) => trace.id)).not.toContain(id)
        expect((await managementClient(server).get(`/api/v1/traces/${id}`)).status).toBe(404)
      }
    })
  })

  test('its name is text on pages', async () => {
    const answer = await createClient(server.port, { host }).get('/api/oauth/authorize')
    expect(answer.text).toContain('Second &lt;b&gt;Inc')
  })
})
