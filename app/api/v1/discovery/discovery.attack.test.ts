import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { insertOrganization } from '#lib/store/organizations.ts'
import { ensureProduct } from '#lib/store/products.ts'
import { insertTenant } from '#lib/store/tenants.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Client, createClient } from '#server/testing/http-client.ts'
import { makeConnection } from '#server/testing/sign-in.ts'

describeOnEachServer('discovery by e-mail address', (server) => {
  let client: Client
  let anyone: Client

  beforeAll(async () => {
    client = managementClient(server)
    anyone = createClient(server.port)
    const { db } = server.house
    await insertOrganization(db, { id: 'org_abroad', name: 'Abroad', host: 'abroad.example' })
    await insertTenant(db, { id: 'ten_abroad', organizationId: 'org_abroad', slug: 'abroad', name: 'Abroad' })
    await own('org_abroad', 'ten_abroad', 'abroad.example')
    await makeConnection(server, 'acme')
    await vouch('acme', 'acme.example')
  })
  beforeEach(() => server.clock.advance(61))

  const own = (organizationId: string, tenantId: string, domain: string) =>
    server.house.db.domain.create({
      data: {
        id: `dom_${domain}`,
        organizationId,
        tenantId,
        domain,
        ownedDomain: domain,
        status: 'verified',
        token: 'x',
      },
    })
  const vouch = async (tenant: string, domain: string, vouched = true) => {
    await client.post('/api/v1/tenants', { json: { slug: tenant, name: tenant } })
    const answer = await client.post(`/api/v1/tenants/${tenant}/domains`, { json: { domain, vouched } })
    expect(answer.status, answer.text).toBe(201)
  }
  const ask = (email: string, more: Record<string, string> = {}, by = anyone) =>
    by.get(`/api/v1/discovery?${new URLSearchParams({ email, ...more })}`)
  const nothing = () => ({
    tenant: null,
    methods: ['password'],
    authorizeUrl: `${server.url}/api/oauth/authorize`,
    parameters: {},
  })

  test('says what to start, to anybody, scripts of other origins among them', async () => {
    const answer = await ask('pat@acme.example')
    expect([answer.status, answer.json()]).toEqual([
      200,
      {
        tenant: 'acme',
        methods: ['sso', 'password'],
        authorizeUrl: `${server.url}/api/oauth/authorize`,
        parameters: { tenant: 'acme' },
      },
    ])
    expect(answer.headers).toMatchObject({
      'access-control-allow-origin': '*',
      'cache-control': 'no-store',
    })
    expect(answer.headers['set-cookie']).toBeUndefined()
    const preflight = await anyone.send('OPTIONS', '/api/v1/discovery')
    expect([preflight.status, preflight.headers['access-control-allow-methods']]).toEqual([204, 'GET'])
  })

  test('20: known and unknown people of a domain get the same bytes, and nobody is looked up', async () => {
    const { id: tenantId, organizationId } = (await server.house.db.tenant.findFirst({
      where: { slug: 'acme' },
    }))!
    await server.house.db.user.create({
      data: {
        id: 'usr_known',
        organizationId,
        tenantId,
        email: 'known@acme.example',
        emailKey: 'known@acme.example',
        status: 'disabled',
        tags: {},
        attributes: {},
      },
    })
    const known = await ask('known@acme.example')
    for (const email of ['unknown@acme.example', 'KNOWN@ACME.EXAMPLE.', '"a b"@acme.example'])
      expect((await ask(email)).text, email).toBe(known.text)
    expect(known.text).not.toMatch(/known|disabled|usr_/)
  })

  test('20: a domain nobody has, one that is only claimed and one of another organization look alike', async () => {
    await vouch('claiming', 'claimed.example', false)
    for (const email of ['pat@nobody.example', 'pat@claimed.example', 'pat@abroad.example']) {
      const answer = await ask(email)
      expect([answer.status, answer.json()], email).toEqual([200, nothing()])
    }
    const abroad = createClient(server.port, { host: 'abroad.example' })
    expect((await ask('pat@abroad.example', {}, abroad)).json()).toMatchObject({
      tenant: 'abroad',
      authorizeUrl: 'http://abroad.example/api/oauth/authorize',
    })
    expect((await ask('pat@acme.example', {}, abroad)).json()).toMatchObject({ tenant: null })
  })

  test('19: a domain counts from its proof on, and no longer than it', async () => {
    await vouch('brief', 'brief.example', false)
    const tenantOf = async () => (await ask('pat@brief.example')).json<{ tenant: string | null }>().tenant
    expect(await tenantOf()).toBeNull()
    await vouch('brief', 'brief.example')
    expect(await tenantOf()).toBe('brief')
    await client.send('DELETE', '/api/v1/tenants/brief/domains/brief.example')
    expect(await tenantOf()).toBeNull()
  })

  test('names what the tenant has: connections that are active, passwords where they are allowed', async () => {
    await vouch('ways', 'ways.example')
    const methods = async (more = {}) =>
      (await ask('pat@ways.example', more)).json<{ methods: string[] }>().methods
    expect(await methods()).toEqual(['password'])
    const connection = await makeConnection(server, 'ways')
    expect(await methods()).toEqual(['sso', 'password'])
    await client.send('PATCH', '/api/v1/tenants/ways', { json: { enforceSso: true } })
    expect(await methods()).toEqual(['sso'])
    await server.house.db.connection.updateMany({
      where: { clientId: connection.clientID },
      data: { active: false },
    })
    expect(await methods()).toEqual([])
  })

  describe('for one application', () => {
    const application = async (clientId: string, product: string) => {
      const { db } = server.house
      const { organizationId } = (await db.tenant.findFirst({ where: { slug: 'acme' } }))!
      const { id: productId } = await ensureProduct(db, {
        id: `prd_${product}`,
        organizationId,
        slug: product,
      })
      await db.application.create({
        data: {
          id: `app_${clientId}`,
          organizationId,
          productId,
          clientId,
          name: clientId,
          type: 'native',
          tokenEndpointAuthMethod: 'none',
        },
      })
    }

    test('connections of its product count, others do not', async () => {
      await application('vc_crm', 'crm')
      await application('vc_wiki', 'wiki')
      const methods = async (more: Record<string, string>) =>
        (await ask('pat@acme.example', more)).json<{ methods: string[] }>().methods
      expect(await methods({ client_id: 'vc_crm' })).toEqual(['sso', 'password'])
      expect(await methods({ product: 'crm' })).toEqual(['sso', 'password'])
      expect(await methods({ client_id: 'vc_crm', product: 'crm' })).toEqual(['sso', 'password'])
      expect(await methods({ client_id: 'vc_wiki' })).toEqual(['password'])
      expect(await methods({ product: 'no such product' })).toEqual(['password'])
    })

    test('400 for a client nobody knows here, and a product that is not the client’s', async () => {
      await application('vc_erp', 'erp')
      const abroad = createClient(server.port, { host: 'abroad.example' })
      for (const [more, path, by] of [
        [{ client_id: 'vc_nobody' }, 'client_id', anyone],
        [{ client_id: 'vc_erp' }, 'client_id', abroad],
        [{ client_id: 'vc_erp', product: 'crm' }, 'product', anyone],
      ] as const) {
        const answer = await ask('pat@acme.example', more, by)
        expect([answer.status, answer.json()]).toEqual([
          400,
          expect.objectContaining({ errors: [{ path, message: expect.any(String) }] }),
        ])
      }
    })
  })

  test.each([
    '',
    'email=',
    'email=pat',
    'email=%40acme.example',
    'email=pat%40',
    'email=pat%40localhost',
    'email=pat%40192.0.2.1',
    'email=a%40acme.example&email=b%40acme.example',
    `email=${'a'.repeat(320)}%40acme.example`,
    'email=pat%40acme.example%00',
    'email=pat%40acme.example&client_id=a&client_id=b',
  ])('400 for ?%s, readable for scripts', async (query) => {
    const answer = await anyone.get(`/api/v1/discovery?${query}`)
    expect(answer.status, answer.text).toBe(400)
    expect(answer.headers['access-control-allow-origin']).toBe('*')
    expect(answer.headers['content-type']).toContain('application/problem+json')
  })

  test('20: one address cannot ask through a list of domains', async () => {
    const statuses: number[] = []
    for (let count = 0; count < 121; count++) statuses.push((await ask(`x@d${count}.example`)).status)
    expect(statuses).toEqual([...Array(120).fill(200), 429])
    const refused = await ask('pat@acme.example')
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    expect(refused.text).not.toContain('"acme"')
    server.clock.advance(61)
    expect((await ask('pat@acme.example')).status).toBe(200)
  })

  test('405 with Allow for what would change something', async () => {
    const answer = await anyone.post('/api/v1/discovery', { json: { email: 'pat@acme.example' } })
    expect([answer.status, answer.headers.allow?.split(', ').sort()]).toEqual([405, ['GET', 'OPTIONS']])
  })
})
