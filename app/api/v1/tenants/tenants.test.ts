import { beforeAll, describe, expect, test } from 'vitest'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Client, createClient } from '#server/testing/http-client.ts'
import {
  authorizeParameters,
  begin,
  finish,
  makeConnection,
  redeem,
  signIn,
} from '#server/testing/sign-in.ts'

type Tenant = {
  id: string
  slug: string
  name: string
  live: boolean
  passwordSignIn: boolean
  enforceSso: boolean
  registration: { enabled: boolean; domains: string[] }
  joinRequests: { enabled: boolean }
  tagCategories: string[]
  warnings: { path: string; message: string }[]
  createdAt: string
  updatedAt: string
}
type Page = { data: (Tenant & { connectionCount: number })[]; nextCursor: string | null }

describeOnEachServer('the tenants API', (server) => {
  let client: Client
  beforeAll(() => {
    client = managementClient(server)
  })

  const at = (slug: string) => `/api/v1/tenants/${encodeURIComponent(slug)}`
  const create = (slug: string, name = slug) => client.post('/api/v1/tenants', { json: { slug, name } })
  const patch = (slug: string, change: unknown) => client.send('PATCH', at(slug), { json: change })

  test('201, 200, 200, 204, and 404 the second time', async () => {
    const created = await create('acme', 'Acme Inc.')
    expect(created.status).toBe(201)
    const tenant = created.json<Tenant>()
    expect(tenant).toEqual({
      id: expect.stringMatching(/^ten_[0-9a-hjkmnp-tv-z]{26}$/),
      slug: 'acme',
      name: 'Acme Inc.',
      live: false,
      passwordSignIn: true,
      enforceSso: false,
      registration: { enabled: false, domains: [] },
      joinRequests: { enabled: false },
      tagCategories: [],
      warnings: [],
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      updatedAt: expect.any(String),
    })
    expect((await client.get(at('acme'))).json()).toEqual(tenant)
    expect((await client.get(at(tenant.id))).json()).toEqual(tenant)
    const patched = await patch('acme', { name: 'Acme', live: true })
    expect([patched.status, patched.json()]).toEqual([
      200,
      expect.objectContaining({ name: 'Acme', live: true }),
    ])
    const deleted = await client.send('DELETE', at('acme'))
    expect([deleted.status, deleted.text]).toEqual([204, ''])
    for (const method of ['DELETE', 'GET']) {
      const again = await client.send(method, at('acme'))
      expect(again.status).toBe(404)
      expect(again.json()).toMatchObject({ status: 404, error: { message: expect.any(String) } })
    }
    expect((await patch('acme', { name: 'x' })).status).toBe(404)
  })

  describe('how the people of a tenant sign in', () => {
    const ways = async (slug: string) => {
      const { passwordSignIn, enforceSso } = (await client.get(at(slug))).json<Tenant>()
      return { passwordSignIn, enforceSso }
    }

    test('with a password unless that is turned off, or SSO is enforced', async () => {
      await create('ways')
      await patch('ways', { passwordSignIn: false })
      expect(await ways('ways')).toEqual({ passwordSignIn: false, enforceSso: false })
      await patch('ways', { passwordSignIn: true })
      const enforced = await patch('ways', { enforceSso: true })
      expect([enforced.status, enforced.json()]).toEqual([
        200,
        expect.objectContaining({ passwordSignIn: false, enforceSso: true }),
      ])
      expect(await ways('ways')).toEqual({ passwordSignIn: false, enforceSso: true })
      await patch('ways', { enforceSso: false })
      expect(await ways('ways')).toEqual({ passwordSignIn: true, enforceSso: false })
    })

    test('409 for passwords where SSO is enforced, before and with the same change', async () => {
      await create('strict')
      for (const change of [
        { enforceSso: true, passwordSignIn: true },
        { enforceSso: true, passwordSignIn: true, name: 'x' },
      ]) {
        expect((await patch('strict', change)).status).toBe(409)
      }
      expect(await ways('strict')).toEqual({ passwordSignIn: true, enforceSso: false })
      await patch('strict', { enforceSso: true })
      const refused = await patch('strict', { passwordSignIn: true })
      expect([refused.status, refused.json()]).toEqual([
        409,
        expect.objectContaining({ errors: [{ path: 'passwordSignIn', message: expect.any(String) }] }),
      ])
      expect((await patch('strict', { enforceSso: false, passwordSignIn: true })).status).toBe(200)
    })

    test('is audited, before and after', async () => {
      await create('noted')
      await patch('noted', { enforceSso: true })
      const events = (await client.get('/api/v1/audit-events?query=tenant.updated&limit=1')).json<{
        data: unknown[]
      }>()
      expect(events.data).toEqual([
        expect.objectContaining({
          action: 'tenant.updated',
          tenant: 'noted',
          before: expect.objectContaining({ enforceSso: false, passwordSignIn: true }),
          after: expect.objectContaining({ enforceSso: true, passwordSignIn: false }),
        }),
      ])
    })
  })

  describe('how people come to an account', () => {
    const read = async (slug: string) => (await client.get(at(slug))).json<Tenant>()

    test('each setting by itself: what is not said stays as it is', async () => {
      await create('open')
      await patch('open', { registration: { enabled: true } })
      await patch('open', { registration: { domains: ['acme.example'] } })
      await patch('open', { joinRequests: { enabled: true } })
      const answer = await patch('open', { tagCategories: ['office', ' cost centre ', 'office'] })
      expect(answer.json()).toMatchObject({
        registration: { enabled: true, domains: ['acme.example'] },
        joinRequests: { enabled: true },
        tagCategories: ['office', 'cost centre'],
      })
    })

    test('domains are kept as they are compared, each once', async () => {
      await create('spelled')
      const domains = ['Bücher.Example', 'ACME.example.', 'xn--bcher-kva.example', 'ａcme.example']
      const answer = await patch('spelled', { registration: { domains } })
      expect(answer.json<Tenant>().registration.domains).toEqual(['xn--bcher-kva.example', 'acme.example'])
    })

    test('a domain of everybody is taken, and warned of', async () => {
      await create('public')
      const { warnings } = (
        await patch('public', { registration: { domains: ['acme.example', 'gmail.com', 'co.uk'] } })
      ).json<Tenant>()
      expect(warnings.map(({ path }) => path)).toEqual(['registration.domains.1', 'registration.domains.2'])
      expect(warnings[0]!.message).toMatch(/^gmail\.com is a mail provider .* may make an account\.$/)
      expect((await read('public')).warnings).toEqual(warnings)
    })

    test('nobody registers where passwords are refused: 409, and off as soon as they are', async () => {
      await create('walled')
      for (const change of [
        { enforceSso: true, registration: { enabled: true } },
        { passwordSignIn: false, registration: { enabled: true } },
      ]) {
        const refused = await patch('walled', change)
        expect([refused.status, refused.json()]).toEqual([
          409,
          expect.objectContaining({
            errors: [{ path: 'registration.enabled', message: expect.stringContaining('password') }],
          }),
        ])
      }
      await patch('walled', { registration: { enabled: true } })
      await patch('walled', { enforceSso: true })
      expect((await read('walled')).registration.enabled).toBe(false)
      expect((await patch('walled', { registration: { enabled: true } })).status).toBe(409)
      const back = await patch('walled', { enforceSso: false, registration: { enabled: true } })
      expect([back.status, back.json<Tenant>().registration.enabled]).toEqual([200, true])
    })

    test.each<[unknown, string]>([
      [{ registration: { enabled: 'yes' } }, 'registration.enabled'],
      [{ registration: {} }, 'registration'],
      [{ registration: null }, 'registration'],
      [{ registration: { domains: ['acme'] } }, 'registration.domains.0'],
      [{ registration: { domains: ['acme.example', '*.acme.example'] } }, 'registration.domains.1'],
      [{ registration: { domains: ['ada@acme.example'] } }, 'registration.domains.0'],
      [{ registration: { domains: 'acme.example' } }, 'registration.domains'],
      [{ registration: { enabled: true, role: 'owner' } }, 'registration.role'],
      [{ registrationEnabled: true }, 'registrationEnabled'],
      [{ joinRequests: {} }, 'joinRequests.enabled'],
      [{ joinRequests: true }, 'joinRequests'],
      [{ tagCategories: [''] }, 'tagCategories.0'],
      [{ tagCategories: ['a\nb'] }, 'tagCategories.0'],
      [{ tagCategories: Array.from({ length: 51 }, (_, index) => `c${index}`) }, 'tagCategories'],
    ])('400 with the path: %j', async (change, path) => {
      await create('checked')
      const answer = await patch('checked', change)
      expect(answer.status).toBe(400)
      const { errors } = answer.json<{ errors: { path: string; message: string }[] }>()
      expect(errors[0]!.path).toBe(path)
      expect(errors[0]!.message).not.toBe('')
    })

    test('is audited, before and after', async () => {
      await create('recorded')
      await patch('recorded', { registration: { enabled: true, domains: ['acme.example'] } })
      const events = (await client.get('/api/v1/audit-events?query=tenant.updated&limit=1')).json<{
        data: unknown[]
      }>()
      expect(events.data).toEqual([
        expect.objectContaining({
          tenant: 'recorded',
          before: expect.objectContaining({ registration: false, registrationDomains: [] }),
          after: expect.objectContaining({ registration: true, registrationDomains: ['acme.example'] }),
        }),
      ])
    })
  })

  test('409 for a slug that is taken, at creation and by renaming', async () => {
    await create('one')
    await create('two')
    const taken = await create('one')
    expect(taken.status).toBe(409)
    expect(taken.headers['content-type']).toContain('application/problem+json')
    expect(taken.json()).toMatchObject({ status: 409, error: { message: expect.stringContaining('one') } })
    expect((await patch('two', { slug: 'one' })).status).toBe(409)
    expect((await patch('two', { slug: 'two' })).status).toBe(200)
  })

  test('ten at the same moment: one 201, the others 409', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => create('race')))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)])
  })

  test.each([
    'dots.in.it',
    'UPPER and lower',
    'a/b/c',
    'ümläut',
    '株式会社',
    '100%',
    '%2F',
    'x?y=z',
    'x#y',
    '+',
    '..x',
    'o\'hara "inc"',
    'engineer@acme.example',
    '🏢',
    't'.repeat(128),
  ])('the slug %j works in paths', async (slug) => {
    expect((await create(slug)).status).toBe(201)
    expect((await client.get(at(slug))).json()).toMatchObject({ slug })
    expect((await patch(slug, { name: 'renamed' })).json()).toMatchObject({ slug, name: 'renamed' })
    expect((await client.send('DELETE', at(slug))).status).toBe(204)
    expect((await client.get(at(slug))).status).toBe(404)
  })

  test.each<[string, unknown, string]>([
    ['an empty slug', { slug: '', name: 'x' }, 'slug'],
    ['no slug', { name: 'x' }, 'slug'],
    ['no name', { slug: 'x' }, 'name'],
    ['an empty name', { slug: 'x', name: '  ' }, 'name'],
    ['a colon', { slug: 'a:b', name: 'x' }, 'slug'],
    ['a line break', { slug: 'a\nb', name: 'x' }, 'slug'],
    ['a NUL', { slug: 'a\u0000b', name: 'x' }, 'slug'],
    ['too long', { slug: 't'.repeat(129), name: 'x' }, 'slug'],
    ['a dot path', { slug: '..', name: 'x' }, 'slug'],
    ['a number', { slug: 5, name: 'x' }, 'slug'],
    ['an unknown member', { slug: 'x', name: 'x', organizationId: 'org_other' }, 'organizationId'],
    ['the id', { slug: 'x', name: 'x', id: 'ten_mine' }, 'id'],
  ])('400 with the path: %s', async (_name, body, path) => {
    const answer = await client.post('/api/v1/tenants', { json: body })
    expect(answer.status, answer.text).toBe(400)
    const problem = answer.json<{
      errors?: { path: string; message: string }[]
      error: { message: string }
    }>()
    expect(problem.error.message).not.toBe('')
    if (problem.errors) expect(problem.errors.map((one) => one.path)).toContain(path)
    else expect(problem.error.message).toMatch(/character/)
  })

  test.each<[unknown]>([
    [{}],
    [{ role: 'owner' }],
    [{ live: 'yes' }],
    [{ name: '' }],
    [{ enforceSso: 1 }],
    [{ passwordSignIn: null }],
  ])('PATCH %j is 400', async (change) => {
    await create('patched')
    expect((await patch('patched', change)).status).toBe(400)
  })

  test.each(['%00', '%', '%zz', '%c0%af', '..', '%2e%2e'])('the path /%s is no 5xx', async (segment) => {
    for (const method of ['GET', 'PATCH', 'DELETE']) {
      const answer = await client.send(
        method,
        `/api/v1/tenants/${segment}`,
        method === 'PATCH' ? { json: { name: 'x' } } : {},
      )
      expect(answer.status).toBeGreaterThanOrEqual(400)
      expect(answer.status).toBeLessThan(500)
    }
  })

  test('401 without the key, 405 with Allow', async () => {
    const anyone = createClient(server.port)
    for (const [method, path] of [
      ['GET', '/api/v1/tenants'],
      ['POST', '/api/v1/tenants'],
      ['GET', at('x')],
      ['PATCH', at('x')],
      ['DELETE', at('x')],
    ] as const) {
      expect((await anyone.send(method, path, method === 'POST' ? { json: {} } : {})).status).toBe(401)
    }
    const answer = await client.send('PUT', at('x'))
    expect([answer.status, answer.headers.allow?.split(', ').sort()]).toEqual([
      405,
      ['DELETE', 'GET', 'PATCH'],
    ])
  })

  describe('the list', () => {
    beforeAll(async () => {
      for (let number = 1; number <= 5; number++) await create(`list-${number}`, `Listed ${number}`)
    })
    const list = async (query: string) => (await client.get(`/api/v1/tenants?${query}`)).json<Page>()

    test('comes in pages that miss and repeat nothing', async () => {
      const slugs: string[] = []
      let cursor = ''
      for (let page = 0; page < 10; page++) {
        const { data, nextCursor } = await list(`query=list-&limit=2${cursor && `&cursor=${cursor}`}`)
        slugs.push(...data.map(({ slug }) => slug))
        if (nextCursor === null) break
        cursor = nextCursor
      }
      expect(slugs.sort()).toEqual(['list-1', 'list-2', 'list-3', 'list-4', 'list-5'])
    })

    test('is searched without regard to case, wildcards taken literally', async () => {
      expect((await list('query=LISTED+3')).data.map(({ slug }) => slug)).toEqual(['list-3'])
      expect((await list('query=list%25')).data).toEqual([])
      expect((await list('query=list_1')).data).toEqual([])
      expect((await list('query=nothing-like-it')).data).toEqual([])
    })

    test.each(['limit=0', 'limit=201', 'limit=x', 'limit=1.5', 'query=%00', 'cursor=%00'])(
      '400 for %s',
      async (query) => {
        expect((await client.get(`/api/v1/tenants?${query}`)).status).toBe(400)
      },
    )

    test.each(['cursor=nonsense', 'unknown=1', 'limit=200'])('200 for %s', async (query) => {
      expect((await client.get(`/api/v1/tenants?${query}`)).status).toBe(200)
    })

    test('counts connections', async () => {
      await makeConnection(server, 'list-1')
      expect((await list('query=list-1')).data[0]?.connectionCount).toBe(1)
    })
  })

  test('deleting a tenant takes its connections, codes and tokens with it', async () => {
    const own = await makeConnection(server, 'doomed')
    const { code } = await signIn(server, own)
    await client.send('DELETE', at('doomed'))
    expect((await redeem(server, own, code)).status).toBe(400)
    expect((await client.get(`/api/v1/connections?clientID=${own.clientID}`)).json()).toEqual([])
  })

  test('renaming the slug moves the connections along', async () => {
    const own = await makeConnection(server, 'before')
    expect((await patch('before', { slug: 'after' })).status).toBe(200)
    const { code } = await signIn(server, { ...own, tenant: 'after' })
    expect((await redeem(server, { ...own, tenant: 'after' }, code)).status).toBe(200)
    await expect(begin(server, authorizeParameters(own))).rejects.toThrow()
  })

  describe('the traces API', () => {
    test('a sign-in leaves a trace that is found by tenant, product, connection and outcome', async () => {
      const own = await makeConnection(server, 'traced')
      await finish(server, await begin(server, authorizeParameters(own)), own.idp, {
        fault: 'wrong-audience',
      })
      await signIn(server, own)
      type Traces = {
        data: { id: string; outcome: string; cause: string | null; connection: string; checks: unknown[] }[]
        nextCursor: string | null
      }
      const find = async (query: string) => (await client.get(`/api/v1/traces?${query}`)).json<Traces>()
      const { data } = await find('tenant=traced')
      expect(data.map(({ outcome, cause }) => [outcome, cause])).toEqual([
        ['success', null],
        ['failure', 'saml_wrong_audience'],
      ])
      expect(data[0]).toMatchObject({
        tenant: 'traced',
        product: 'crm',
        at: expect.stringMatching(/Z$/),
        sentence: expect.any(String),
        checks: expect.arrayContaining([{ name: expect.any(String), ok: true }]),
      })
      const connection = data[0]!.connection
      expect((await find(`connection=${connection}&outcome=failure`)).data.map(({ id }) => id)).toEqual([
        data[1]!.id,
      ])
      expect((await find('tenant=traced&product=other')).data).toEqual([])
      expect((await find('tenant=traced&query=wrong_audience')).data).toHaveLength(1)
      const first = await find('tenant=traced&limit=1')
      const second = await find(`tenant=traced&limit=1&cursor=${first.nextCursor}`)
      expect([first.data[0]!.id, second.data[0]!.id]).toEqual(data.map(({ id }) => id))
      expect((await client.get(`/api/v1/traces/${data[1]!.id}`)).json()).toMatchObject({
        id: data[1]!.id,
        received: expect.stringContaining('<'),
      })
    })

    test('404 with the text of the dialect, 400 for a wrong outcome, 401 without the key', async () => {
      const missing = await client.get('/api/v1/traces/trc_none')
      expect([missing.status, missing.json()]).toEqual([
        404,
        expect.objectContaining({ error: { message: 'Trace with id trc_none not found' } }),
      ])
      expect((await client.get('/api/v1/traces?outcome=maybe')).status).toBe(400)
      expect((await client.get('/api/v1/traces?tenant=%00')).status).toBe(400)
      expect((await createClient(server.port).get('/api/v1/traces')).status).toBe(401)
    })
  })
})
