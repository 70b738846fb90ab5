import { beforeAll, describe, expect, test } from 'vitest'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Client, createClient } from '#server/testing/http-client.ts'

type User = Record<string, unknown> & { id: string; email: string }
type Page = { data: User[]; nextCursor: string | null }
type Problem = { errors: { path: string; message: string }[]; error: { message: string } }

describeOnEachServer('the users API', (server) => {
  let client: Client
  beforeAll(async () => {
    client = managementClient(server)
    for (const slug of ['acme', 'other', 'paged', 'raced'])
      await client.post('/api/v1/tenants', { json: { slug, name: slug } })
    for (const name of ['staff', 'board', 'paged-few', 'paged-most'])
      await client.post('/api/v1/namespaces', { json: { name } })
  })

  const at = (id: string) => `/api/v1/users/${id}`
  const create = (json: Record<string, unknown>) =>
    client.post('/api/v1/users', { json: { tenant: 'acme', ...json } })
  const made = async (json: Record<string, unknown>) => {
    const answer = await create(json)
    expect(answer.status, answer.text).toBe(201)
    return answer.json<User>()
  }
  const patch = (id: string, json: unknown) => client.send('PATCH', at(id), { json })
  const paths = (answer: { json<T>(): T }) => answer.json<Problem>().errors.map(({ path }) => path)

  describe('201, 200, 204', () => {
    test('of a user of whom only the address is known', async () => {
      expect(await made({ email: 'bare@acme.example' })).toEqual({
        id: expect.stringMatching(/^usr_[0-9a-hjkmnp-tv-z]{26}$/),
        tenant: 'acme',
        email: 'bare@acme.example',
        emailVerified: false,
        emailUnproven: false,
        username: null,
        firstName: null,
        lastName: null,
        ssoUsername: null,
        status: 'active',
        hasPassword: false,
        tags: {},
        attributes: {},
        namespaces: [],
        lastSignInAt: null,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        updatedAt: expect.stringMatching(/Z$/),
      })
    })

    test('with everything there is, read back, changed, emptied and deleted', async () => {
      const attributes = {
        email_verified: true,
        phone_number: '+1 (604) 555-1234',
        phone_number_verified: false,
        birthdate: '1987-10-16',
        gender: 'female',
        zoneinfo: 'Europe/Paris',
        locale: 'fr_FR',
        picture: 'https://acme.example/f.png',
        address: { formatted: 'Rue 1\nParis', country: 'France' },
        'name#ja-Kana-JP': 'フル',
        department: 'Sales',
        floors: [1, 2],
        remote: true,
      }
      const given = {
        email: ' Full@Acme.example ',
        username: 'full',
        firstName: 'Fanny',
        lastName: 'Ull',
        ssoUsername: 'ACME\\full',
        tags: { office: 'Paris', teams: ['red', 'blue'] },
        attributes,
        status: 'active',
      }
      const user = await made({ ...given, password: 'eight888' })
      const shown = { ...given, email: 'Full@Acme.example', emailVerified: true, hasPassword: true }
      expect(user).toMatchObject(shown)
      expect((await client.get(at(user.id))).json()).toEqual(user)

      const changed = await patch(user.id, {
        email: 'moved@acme.example',
        username: null,
        firstName: 'F.',
        password: null,
        tags: {},
        attributes: { department: 'Support' },
      })
      expect([changed.status, changed.json()]).toEqual([
        200,
        {
          ...user,
          email: 'moved@acme.example',
          emailVerified: false,
          username: null,
          firstName: 'F.',
          hasPassword: false,
          tags: {},
          attributes: { department: 'Support' },
          updatedAt: expect.any(String),
        },
      ])
      expect((await client.get(at(user.id))).json()).toEqual(changed.json())

      const deleted = await client.send('DELETE', at(user.id))
      expect([deleted.status, deleted.text]).toEqual([204, ''])
    })

    test('an address stays verified in another spelling, and can be said to be not', async () => {
      const { id } = await made({ email: 'v@acme.example', attributes: { email_verified: true } })
      const verifiedAfter = async (change: unknown) => (await patch(id, change)).json<User>().emailVerified
      expect(await verifiedAfter({ email: 'V@acme.example' })).toBe(true)
      expect(await verifiedAfter({ attributes: { department: 'x' } })).toBe(true)
      expect(await verifiedAfter({ attributes: { email_verified: false } })).toBe(false)
      expect(await verifiedAfter({ email: 'w@acme.example', attributes: { email_verified: true } })).toBe(
        true,
      )
      expect(await verifiedAfter({ email: 'v@acme.example' })).toBe(false)
    })

    test('namespaces are given, replaced and emptied, and stay when nothing is said of them', async () => {
      const { id, namespaces } = await made({
        email: 'n@acme.example',
        namespaces: ['staff', 'board', 'staff'],
      })
      expect(namespaces).toEqual(['board', 'staff'])
      const namespacesAfter = async (change: unknown) => (await patch(id, change)).json<User>().namespaces
      expect(await namespacesAfter({ firstName: 'N.' })).toEqual(['board', 'staff'])
      expect(await namespacesAfter({ namespaces: ['staff'] })).toEqual(['staff'])
      const refused = await patch(id, { namespaces: ['board', 'nobody'], firstName: 'Half' })
      expect([refused.status, paths(refused)]).toEqual([400, ['namespaces.1']])
      expect((await client.get(at(id))).json()).toMatchObject({ firstName: 'N.', namespaces: ['staff'] })
      expect(await namespacesAfter({ namespaces: [] })).toEqual([])
    })

    test('who collides is in no namespace, and who is changed into a collision stays in theirs', async () => {
      await made({ email: 'collides@acme.example' })
      const before = (await client.get('/api/v1/namespaces/board')).json()
      expect((await create({ email: 'collides@acme.example', namespaces: ['board'] })).status).toBe(409)
      const { id } = await made({ email: 'collides-not@acme.example', namespaces: ['staff'] })
      expect((await patch(id, { email: 'collides@acme.example', namespaces: ['board'] })).status).toBe(409)
      expect((await client.get(at(id))).json()).toMatchObject({ namespaces: ['staff'] })
      expect((await client.get('/api/v1/namespaces/board')).json()).toEqual(before)
    })

    test('an address nobody is trusted for is proven by an admin: by another one, or by confirming it', async () => {
      const { id } = await made({ email: 'unproven@acme.example' })
      const unproven = () => server.house.db.user.update({ where: { id }, data: { emailUnproven: true } })
      const unprovenAfter = async (change: unknown) => {
        await unproven()
        return (await patch(id, change)).json<User>().emailUnproven
      }
      await unproven()
      expect((await client.get(at(id))).json<User>().emailUnproven).toBe(true)
      expect(await unprovenAfter({ firstName: 'U.' })).toBe(true)
      expect(await unprovenAfter({ email: 'UNPROVEN@acme.example' })).toBe(true)
      expect(await unprovenAfter({ attributes: { email_verified: false } })).toBe(true)
      expect(await unprovenAfter({ attributes: { email_verified: true } })).toBe(false)
      expect(await unprovenAfter({ email: 'proven@acme.example' })).toBe(false)
    })

    test('the tenant may be named by its id', async () => {
      const { id } = (await client.get('/api/v1/tenants/other')).json<{ id: string }>()
      expect(await made({ tenant: id, email: 'by-id@acme.example' })).toMatchObject({ tenant: 'other' })
    })
  })

  describe('400 with the path', () => {
    test.each<[string, Record<string, unknown>, string]>([
      ['no address', { email: undefined }, 'email'],
      ['an address without a domain', { email: 'person' }, 'email'],
      ['an address with a line break', { email: 'a@acme.example\nBcc: b@acme.example' }, 'email'],
      ['a very long address', { email: `${'a'.repeat(250)}@acme.example` }, 'email'],
      ['no tenant', { tenant: undefined }, 'tenant'],
      ['an empty user name', { username: ' ' }, 'username'],
      ['a user name of two lines', { username: 'a\nb' }, 'username'],
      ['a name that is a number', { firstName: 5 }, 'firstName'],
      ['a short password', { password: '1234567' }, 'password'],
      ['a password that is a list', { password: ['12345678'] }, 'password'],
      ['a status only a flow may give', { status: 'invited' }, 'status'],
      ['tags that are a list', { tags: ['a'] }, 'tags'],
      ['a tag that is an object', { tags: { a: { b: 1 } } }, 'tags.a'],
      ['attributes that are a text', { attributes: 'x' }, 'attributes'],
      [
        'a number where a claim is a boolean',
        { attributes: { phone_number_verified: 1 } },
        'attributes.phone_number_verified',
      ],
      [
        'an unknown part of an address',
        { attributes: { address: { planet: 'x' } } },
        'attributes.address.planet',
      ],
      ['an address that is a text', { attributes: { address: 'Rue 1' } }, 'attributes.address'],
      [
        'a picture that is a script',
        { attributes: { picture: 'javascript:alert(1)' } },
        'attributes.picture',
      ],
      ['a birthdate in another order', { attributes: { birthdate: '16.10.1987' } }, 'attributes.birthdate'],
      ['an attribute that is an object', { attributes: { other: { a: 1 } } }, 'attributes.other'],
      ['an attribute that is null', { attributes: { other: null } }, 'attributes.other'],
      [
        'too many attributes',
        { attributes: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [`a${i}`, 1])) },
        'attributes',
      ],
      [
        '17 KB of attributes',
        { attributes: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`a${i}`, 'ü'.repeat(512)])) },
        'attributes',
      ],
      ['a namespace there is not', { namespaces: ['staff', 'nobody'] }, 'namespaces.1'],
      ['a namespace that is a number', { namespaces: [5] }, 'namespaces.0'],
      ['namespaces that are a text', { namespaces: 'staff' }, 'namespaces'],
      ['the state of an address', { emailUnproven: false }, 'emailUnproven'],
    ])('for %s', async (_name, more, path) => {
      const answer = await create({ email: 'refused@acme.example', ...more })
      expect(answer.status, answer.text).toBe(400)
      expect(paths(answer)).toContain(path)
    })

    test.each<[unknown]>([
      [{}],
      [{ email: null }],
      [{ email: '' }],
      [{ status: 'pending' }],
      [{ tenant: 'other' }],
      [{ tags: null }],
      [{ attributes: { sub: 'x' } }],
    ])('PATCH %j', async (change) => {
      const email = `p${Math.random()}@acme.example`
      const { id } = await made({ email })
      expect((await patch(id, change)).status).toBe(400)
      expect((await client.get(at(id))).json()).toMatchObject({ email, tenant: 'acme', status: 'active' })
    })

    test.each(['limit=0', 'status=gone', 'cursor=%00', 'tenant=%00'])('for ?%s', async (query) => {
      expect((await client.get(`/api/v1/users?${query}`)).status).toBe(400)
    })
  })

  test('401 without the key, 405 with Allow', async () => {
    const anyone = createClient(server.port)
    expect((await anyone.get('/api/v1/users')).status).toBe(401)
    expect((await anyone.post('/api/v1/users', { json: {} })).status).toBe(401)
    for (const method of ['GET', 'PATCH', 'DELETE'])
      expect((await anyone.send(method, at('usr_x'), method === 'PATCH' ? { json: {} } : {})).status).toBe(
        401,
      )
    const answer = await client.send('PUT', at('usr_x'), { json: {} })
    expect([answer.status, answer.headers.allow?.split(', ').sort()]).toEqual([
      405,
      ['DELETE', 'GET', 'PATCH'],
    ])
  })

  test('404 for a user and a tenant there is not, and after the deletion', async () => {
    const { id } = await made({ email: 'gone@acme.example' })
    expect((await client.send('DELETE', at(id))).status).toBe(204)
    for (const unknown of [id, 'usr_none', '%00', '..%2Ftenants']) {
      for (const method of ['GET', 'PATCH', 'DELETE']) {
        const json = { firstName: 'x' }
        const answer = await client.send(method, at(unknown), method === 'PATCH' ? { json } : {})
        expect([400, 404], `${method} ${unknown}`).toContain(answer.status)
      }
    }
    expect((await client.get(at(id))).status).toBe(404)
    expect((await create({ tenant: 'nobody', email: 'a@acme.example' })).status).toBe(404)
  })

  describe('409 with the path', () => {
    beforeAll(async () => {
      await made({ email: 'taken@acme.example', username: 'Taken', ssoUsername: 'sso-taken' })
    })

    test.each<[Record<string, unknown>, string[]]>([
      [{ email: 'TAKEN@ACME.example' }, ['email']],
      [{ email: 'ta\u212aen@acme.example' }, ['email']],
      [{ email: 'free@acme.example', username: 'tAKEN' }, ['username']],
      [{ email: 'free@acme.example', ssoUsername: 'SSO-Taken' }, ['ssoUsername']],
      [
        { email: 'taken@acme.example', username: 'taken', ssoUsername: 'sso-taken' },
        ['email', 'username', 'ssoUsername'],
      ],
    ])('%j', async (fields, expected) => {
      const answer = await create(fields)
      expect([answer.status, paths(answer)]).toEqual([409, expected])
      const { id } = await made({ email: `${Math.random()}@acme.example` })
      const changed = await patch(id, fields)
      expect([changed.status, paths(changed).sort()]).toEqual([
        409,
        expected.filter((path) => fields[path] !== 'free@acme.example').sort(),
      ])
    })

    test('not against oneself, and not across tenants', async () => {
      const user = await made({ email: 'self@acme.example', username: 'self' })
      expect((await patch(user.id, { email: 'SELF@acme.example', username: 'SELF' })).status).toBe(200)
      expect((await create({ tenant: 'other', email: 'self@acme.example', username: 'self' })).status).toBe(
        201,
      )
    })

    test('ten at the same moment: one 201, the others 409', async () => {
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          create({ tenant: 'raced', email: index % 2 ? 'race@acme.example' : 'RACE@acme.example' }),
        ),
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)])
    })
  })

  describe('the list', () => {
    beforeAll(async () => {
      for (let number = 1; number <= 5; number++)
        await made({
          tenant: 'paged',
          email: `list-${number}@acme.example`,
          firstName: 'Lis',
          lastName: `Ted${number}`,
          username: `l${number}`,
          status: number === 5 ? 'disabled' : 'active',
          namespaces: number === 3 ? ['paged-few', 'paged-most'] : number > 1 ? ['paged-most'] : [],
        })
    })
    const list = async (query: string) => (await client.get(`/api/v1/users?${query}`)).json<Page>()
    const emails = async (query: string) => (await list(query)).data.map(({ email }) => email)

    test('comes in pages that miss and repeat nothing, newest first', async () => {
      const found: string[] = []
      let cursor = ''
      do {
        const { data, nextCursor } = await list(`tenant=paged&limit=2${cursor && `&cursor=${cursor}`}`)
        found.push(...data.map(({ email }) => email))
        cursor = nextCursor ?? ''
      } while (cursor)
      expect(found).toEqual([5, 4, 3, 2, 1].map((number) => `list-${number}@acme.example`))
    })

    test('is searched by every name, whatever the case, wildcards taken literally', async () => {
      for (const query of ['LIST-3', 'ted3', 'lis+TED3', 'L3'])
        expect(await emails(`query=${query}`)).toEqual(['list-3@acme.example'])
      for (const query of ['list-%25', 'list_3', 'nobody-like-it'])
        expect(await emails(`query=${query}`)).toEqual([])
    })

    test('by namespace, named by name or id, in pages; a namespace there is not has none', async () => {
      expect(await emails('namespace=paged-few')).toEqual(['list-3@acme.example'])
      const { id } = (await client.get('/api/v1/namespaces/paged-most')).json<{ id: string }>()
      const first = await list(`namespace=${id}&limit=2`)
      const second = await list(`namespace=${id}&limit=2&cursor=${first.nextCursor}`)
      expect([...first.data, ...second.data].map(({ email }) => email)).toEqual(
        [5, 4, 3, 2].map((number) => `list-${number}@acme.example`),
      )
      expect(second.nextCursor).toBeNull()
      expect(await emails('namespace=paged-most&status=disabled')).toEqual(['list-5@acme.example'])
      expect(await emails('namespace=paged-most&query=list-4&tenant=paged')).toEqual(['list-4@acme.example'])
      expect(await emails('namespace=paged-most&tenant=acme')).toEqual([])
      expect(await emails('namespace=nobody')).toEqual([])
    })

    test('by tenant and status; a tenant there is not has none', async () => {
      expect(await emails('tenant=paged&status=disabled')).toEqual(['list-5@acme.example'])
      expect(await emails('tenant=nobody')).toEqual([])
      expect(await emails('query=list-5&tenant=acme')).toEqual([])
    })
  })

  test('no answer, event or line of the log holds a password or its hash', async () => {
    const password = 'canary-pass-phrase'
    const user = await made({ email: 'canary@acme.example', password, attributes: { birthdate: '1987' } })
    await patch(user.id, { password: `${password}-2` })
    const answers = [
      (await client.get(at(user.id))).text,
      (await client.get('/api/v1/users?query=canary')).text,
      (await create({ email: 'canary@acme.example', password })).text,
      (await create({ email: 'nothing', password })).text,
    ]
    const events = await server.house.db.auditEvent.findMany({ where: { targetId: user.id } })
    expect(events.map(({ action }) => action)).toEqual(['user.created', 'user.updated'])
    expect(events[1]!.after).toMatchObject({ passwordChanged: true })
    expect(JSON.stringify([answers, events, server.logLines])).not.toMatch(/canary-pass|argon2|passwordHash/)
    // The log is for ever: of what is personal it names what it was, not what it said.
    expect(JSON.stringify(events)).toContain('birthdate')
    expect(JSON.stringify(events)).not.toContain('1987')
    const row = await server.house.db.user.findUniqueOrThrow({ where: { id: user.id } })
    expect(row.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })
})
