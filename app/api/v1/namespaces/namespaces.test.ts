import { beforeAll, describe, expect, test } from 'vitest'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Client, createClient } from '#server/testing/http-client.ts'

type Namespace = { id: string; name: string; memberCount: number }
type Page = { data: Namespace[]; nextCursor: string | null }

describeOnEachServer('the namespaces API', (server) => {
  let client: Client
  let user: string
  beforeAll(async () => {
    client = managementClient(server)
    await client.post('/api/v1/tenants', { json: { slug: 'acme', name: 'Acme' } })
    const json = { tenant: 'acme', email: 'ada@acme.example' }
    user = (await client.post('/api/v1/users', { json })).json<{ id: string }>().id
  })

  const at = (name: string) => `/api/v1/namespaces/${encodeURIComponent(name)}`
  const create = (json: unknown) => client.post('/api/v1/namespaces', { json })
  const load = async (name: string) => (await client.get(at(name))).json<Namespace>()
  const put = (name: string, id = user) => client.send('PUT', `${at(name)}/users/${id}`)
  const take = (name: string, id = user) => client.send('DELETE', `${at(name)}/users/${id}`)

  test('made, read by name and by id, joined, left, deleted', async () => {
    const made = await create({ name: 'Sales & Co / EMEA' })
    expect([made.status, made.json()]).toEqual([
      201,
      {
        id: expect.stringMatching(/^nsp_/),
        name: 'Sales & Co / EMEA',
        memberCount: 0,
        createdAt: expect.stringMatching(/Z$/),
        updatedAt: expect.stringMatching(/Z$/),
      },
    ])
    const { id, name } = made.json<Namespace>()
    expect(await load(name)).toEqual(made.json())
    expect(await load(id)).toEqual(made.json())

    expect([(await put(name)).status, (await put(id)).status]).toEqual([204, 204])
    expect((await load(name)).memberCount).toBe(1)
    expect([(await take(id)).status, (await take(name)).status]).toEqual([204, 404])
    expect((await load(name)).memberCount).toBe(0)

    await put(name)
    expect([
      (await client.send('DELETE', at(name))).status,
      (await client.send('DELETE', at(name))).status,
    ]).toEqual([204, 404])
    expect((await client.get(at(name))).status).toBe(404)
    expect((await client.get(`/api/v1/users/${user}`)).status).toBe(200)
  })

  test.each<[unknown, string]>([
    [{}, 'name'],
    [{ name: '' }, 'name'],
    [{ name: ' x' }, 'name'],
    [{ name: 'a;b' }, 'name'],
    [{ name: 'a:b' }, 'name'],
    [{ name: 'a\nb' }, 'name'],
    [{ name: '..' }, 'name'],
    [{ name: 'x'.repeat(129) }, 'name'],
    [{ name: 5 }, 'name'],
    [{ name: 'fine', organizationId: 'org_2' }, 'organizationId'],
  ])('400 for %j', async (body, path) => {
    const answer = await create(body)
    expect(answer.status).toBe(400)
    expect(answer.json<{ errors: { path: string }[] }>().errors.map((error) => error.path)).toEqual(
      expect.arrayContaining([path]),
    )
  })

  test('409 for a name that is taken, and one of ten at once gets it', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => create({ name: 'raced' })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)])
    const again = await create({ name: 'raced' })
    expect([again.status, again.json<{ errors: unknown }>().errors]).toEqual([
      409,
      [{ path: 'name', message: 'belongs to another namespace' }],
    ])
  })

  test('404 for what there is not, 401 without the key, 405 with Allow', async () => {
    await create({ name: 'known' })
    expect((await put('unknown')).status).toBe(404)
    expect((await put('known', 'usr_none')).status).toBe(404)
    expect((await take('unknown')).status).toBe(404)
    expect((await take('known', 'usr_none')).status).toBe(404)
    const anyone = createClient(server.port)
    expect((await anyone.get('/api/v1/namespaces')).status).toBe(401)
    expect((await anyone.post('/api/v1/namespaces', { json: { name: 'x' } })).status).toBe(401)
    expect((await anyone.send('PUT', `${at('known')}/users/${user}`)).status).toBe(401)
    expect((await anyone.send('DELETE', at('known'))).status).toBe(401)
    expect((await client.send('PATCH', at('known'), { json: {} })).status).toBe(405)
  })

  describe('the list', () => {
    beforeAll(async () => {
      for (const name of ['list-1', 'List-2', 'list-3', 'list_4']) await create({ name })
      await put('List-2')
    })
    const list = async (query: string) => (await client.get(`/api/v1/namespaces?${query}`)).json<Page>()

    test('comes in pages, newest first, with the number of users', async () => {
      const first = await list('limit=2&query=list')
      expect(first.data.map(({ name, memberCount }) => [name, memberCount])).toEqual([
        ['list_4', 0],
        ['list-3', 0],
      ])
      const second = await list(`limit=2&query=list&cursor=${first.nextCursor}`)
      expect(second.data.map(({ name, memberCount }) => [name, memberCount])).toEqual([
        ['List-2', 1],
        ['list-1', 0],
      ])
      expect(second.nextCursor).toBeNull()
    })

    test('is searched whatever the case, wildcards taken literally', async () => {
      expect((await list('query=LIST-2')).data.map(({ name }) => name)).toEqual(['List-2'])
      expect((await list('query=t_')).data.map(({ name }) => name)).toEqual(['list_4'])
      expect((await list('query=%25')).data).toEqual([])
    })
  })

  test('every change is in the audit log, and what changed nothing is not', async () => {
    await create({ name: 'audited' })
    await put('audited')
    await put('audited')
    await take('audited')
    await client.send('DELETE', at('audited'))
    const { data } = (await client.get('/api/v1/audit-events?query=audited')).json<{
      data: { action: string; before: unknown; after: unknown }[]
    }>()
    expect(data.map(({ action, before, after }) => [action, before, after])).toEqual([
      ['namespace.deleted', { name: 'audited', memberCount: 0 }, null],
      ['namespace.user-removed', { user: 'ada@acme.example' }, null],
      ['namespace.user-added', null, { user: 'ada@acme.example' }],
      ['namespace.created', null, { name: 'audited' }],
    ])
  })
})
