import { beforeAll, describe, expect, test } from 'vitest'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Client, createClient } from '#server/testing/http-client.ts'
import {
  authorizeParameters,
  begin,
  finish,
  type MadeConnection,
  makeConnection,
} from '#server/testing/sign-in.ts'

describeOnEachServer('trying user policies', (server) => {
  let client: Client
  const pathOf = ({ clientID }: { clientID: string }, rest: string) =>
    `/api/v1/connections/${clientID}/user-policies/${rest}`

  beforeAll(() => {
    client = managementClient(server)
  })

  async function addUser(tenant: string, user: Record<string, unknown>): Promise<string> {
    const answer = await client.post('/api/v1/users', { json: { tenant, ...user } })
    expect(answer.status, answer.text).toBe(201)
    return answer.json<{ id: string }>().id
  }

  async function signInAs(connection: MadeConnection, username: string, email: string): Promise<number> {
    const begun = await begin(server, authorizeParameters(connection))
    const person = { ...connection.idp.person, email, id: username, userName: username }
    const attributes = { username: [username], email: [email], id: [] }
    return (await finish(server, begun, connection.idp, { person, attributes } as object)).status
  }

  describe('dry run', () => {
    let connection: MadeConnection
    const run = (json: object) => client.post(pathOf(connection, 'dry-run'), { json })

    beforeAll(async () => {
      connection = await makeConnection(server, 'dry', { provisioning: 'existing', trustEmail: true })
      await addUser('dry', { email: 'ada@dry.example', username: 'ada' })
      await addUser('dry', { email: 'bob@dry.example' })
    })

    test('200: counts and people, of the directory unless told otherwise', async () => {
      const answer = await run({ userPolicies: { MatchingFields: ['Username'] } })
      expect([answer.status, answer.json()]).toMatchObject([
        200,
        {
          counts: { people: 2, matched: 1, none: 1, ambiguous: 0, takeoverRisk: 0, differsFromToday: 1 },
          data: [
            {
              person: { email: 'ada@dry.example' },
              outcome: 'matched',
              by: 'Username',
              differsFromToday: false,
            },
            {
              person: { email: 'bob@dry.example' },
              outcome: 'none',
              cause: 'match_none',
              differsFromToday: true,
            },
          ],
          nextCursor: null,
          truncated: false,
        },
      ])
    })

    test('200: of sign-ins, those that were let in and those that were refused', async () => {
      await signInAs(connection, 'ada', 'ada@dry.example')
      await signInAs(connection, 'eve', 'eve@dry.example')
      const answer = await run({ source: 'traces', provisioning: 'auto' })
      expect(answer.json()).toMatchObject({
        counts: { people: 2, matched: 1, created: 1 },
        data: [
          { person: { email: 'eve@dry.example' }, outcome: 'created', today: { outcome: 'none' } },
          { person: { email: 'ada@dry.example' }, outcome: 'matched', by: 'identity' },
        ],
      })
    })

    test('200: of assertions as CSV, in pages', async () => {
      const assertions = 'username,email\nada,x@dry.example\nmallory,m@dry.example\n'
      const first = (await run({ source: 'assertions', assertions, limit: 1 })).json<{ nextCursor: string }>()
      expect(first).toMatchObject({ counts: { people: 2 }, data: [{ outcome: 'matched' }] })
      const second = await run({ source: 'assertions', assertions, limit: 1, cursor: first.nextCursor })
      expect(second.json()).toMatchObject({ counts: null, data: [{ outcome: 'none' }], nextCursor: null })
    })

    test('it leaves no trace of its own and changes nothing', async () => {
      const state = async () =>
        JSON.stringify([
          await server.house.db.user.findMany({ orderBy: { id: 'asc' } }),
          await server.house.db.identity.count(),
          await server.house.db.auditEvent.count(),
          await server.house.db.connection.findMany({ orderBy: { id: 'asc' } }),
        ])
      const before = await state()
      await run({
        provisioning: 'auto',
        source: 'assertions',
        assertions: [{ id: '1', email: 'n@dry.example' }],
      })
      await run({ userPolicies: { fieldsToUpdateWhenNull: ['SsoUsername'] } })
      expect(await state()).toBe(before)
    })

    test.each<[string, object, string]>([
      ['a source nobody knows', { source: 'ldap' }, 'source'],
      ['no assertions', { source: 'assertions' }, 'assertions'],
      [
        'an assertion that names nobody',
        { source: 'assertions', assertions: [{ id: '1' }, {}] },
        'assertions.1',
      ],
      ['an assertion that is a text', { source: 'assertions', assertions: ['x'] }, 'assertions.0'],
      [
        'a claim that is an object',
        { source: 'assertions', assertions: [{ id: '1', email: { home: 'x' } }] },
        'assertions.0.email',
      ],
      ['CSV with an open quote', { source: 'assertions', assertions: 'id\n"1' }, 'assertions'],
      ['JSON that ends early', { source: 'assertions', assertions: '[{"id": ' }, 'assertions'],
      ['passthrough', { provisioning: 'passthrough' }, 'provisioning'],
      [
        'a field nobody knows',
        { userPolicies: { matchingFields: ['Phone'] } },
        'userPolicies.matchingFields.0',
      ],
      ['a page too large', { limit: 201 }, 'limit'],
      ['a filter nobody knows', { only: ['lost'] }, 'only.0'],
      ['a member nobody knows', { policies: {} }, 'policies'],
    ])('400: %s', async (_name, said, path) => {
      const answer = await run(said)
      expect(answer.status, answer.text).toBe(400)
      expect(answer.json<{ errors: { path: string }[] }>().errors.map((error) => error.path)).toEqual([path])
    })

    test('401 without a key, 404 for a connection nobody has', async () => {
      expect((await createClient(server.port).post(pathOf(connection, 'dry-run'), { json: {} })).status).toBe(
        401,
      )
      expect((await client.post(pathOf({ clientID: 'nobody' }, 'dry-run'), { json: {} })).status).toBe(404)
    })
  })

  describe('in the shadow', () => {
    const byEmail = { matchingFields: ['Email'] }
    const put = (connection: MadeConnection, json: object) =>
      client.send('PUT', pathOf(connection, 'shadow'), { json })
    const trialOf = async (connection: MadeConnection) =>
      (await client.get(pathOf(connection, 'shadow'))).json<Record<string, unknown>>()
    const policiesOf = async ({ clientID }: MadeConnection) =>
      (await client.get(`/api/v1/connections/${clientID}/user-policies`)).json<{ matchingFields: string[] }>()

    async function furnish(
      tenant: string,
    ): Promise<{ connection: MadeConnection; ada: string; bob: string }> {
      const connection = await makeConnection(server, tenant, {
        provisioning: 'existing',
        trustEmail: true,
        userPolicies: { matchingFields: ['Username'] },
      })
      const ada = await addUser(tenant, { email: `ada@${tenant}.example`, username: 'ada' })
      const bob = await addUser(tenant, { email: `bob@${tenant}.example`, username: 'bob' })
      return { connection, ada, bob }
    }

    test('sign-ins go on as before, and each says what would have been', async () => {
      const { connection, ada, bob } = await furnish('shadow')
      const started = await put(connection, { MatchingFields: ['Email'] })
      expect([started.status, started.json()]).toMatchObject([
        200,
        { userPolicies: byEmail, counts: { signIns: 0, differingSignIns: 0 }, data: [] },
      ])
      expect(await signInAs(connection, 'ada', 'countess@shadow.example')).toBe(303)
      expect(await signInAs(connection, 'bob', 'robert@shadow.example')).toBe(303)
      const trial = await trialOf(connection)
      expect(trial).toMatchObject({
        counts: { signIns: 2, people: 2, differingSignIns: 2, differingPeople: 2 },
        data: [
          {
            person: { username: 'bob' },
            outcome: 'success',
            shadow: { kind: 'refuse', cause: 'match_none' },
          },
          {
            person: { username: 'ada' },
            outcome: 'success',
            shadow: { kind: 'refuse', cause: 'match_none' },
          },
        ],
      })
      const linked = await server.house.db.identity.findMany({ where: { userId: { in: [ada, bob] } } })
      expect(new Set(linked.map(({ userId }) => userId))).toEqual(new Set([ada, bob]))
      expect((await policiesOf(connection)).matchingFields).toEqual(['Username'])
      const page = await client.get(`${pathOf(connection, 'shadow')}?limit=1`)
      const { nextCursor } = page.json<{ nextCursor: string }>()
      const rest = await client.get(`${pathOf(connection, 'shadow')}?limit=1&cursor=${nextCursor}`)
      expect(rest.json()).toMatchObject({ data: [{ person: { username: 'ada' } }], nextCursor: null })
    })

    test('adopted, they hold, and the trial is over', async () => {
      const { connection } = await furnish('adopt')
      await put(connection, byEmail)
      const adopted = await client.post(`${pathOf(connection, 'shadow')}/adopt`, { json: {} })
      expect([adopted.status, adopted.json()]).toMatchObject([200, byEmail])
      expect(await policiesOf(connection)).toMatchObject(byEmail)
      expect((await client.get(pathOf(connection, 'shadow'))).status).toBe(404)
      expect((await client.post(`${pathOf(connection, 'shadow')}/adopt`, { json: {} })).status).toBe(404)
      const { data } = (await client.get('/api/v1/audit-events?limit=2')).json<{ data: unknown[] }>()
      expect(data).toMatchObject([
        {
          action: 'connection.shadow-adopted',
          before: { matchingFields: ['Username'] },
          after: { matchingFields: ['Email'] },
        },
        { action: 'connection.shadow-started' },
      ])
    })

    test('discarded, they leave nothing; a second time there is nothing to discard', async () => {
      const { connection } = await furnish('discard')
      await put(connection, byEmail)
      expect((await client.send('DELETE', pathOf(connection, 'shadow'))).status).toBe(204)
      expect((await client.send('DELETE', pathOf(connection, 'shadow'))).status).toBe(404)
      expect((await policiesOf(connection)).matchingFields).toEqual(['Username'])
      await signInAs(connection, 'ada', 'ada@discard.example')
      const traces = await server.house.db.trace.findMany({ where: { tenant: 'discard' } })
      expect(traces.map(({ shadow }) => shadow)).toEqual([null])
    })

    test('others put in their place begin anew', async () => {
      const { connection } = await furnish('anew')
      await put(connection, byEmail)
      await signInAs(connection, 'ada', 'ada@anew.example')
      server.clock.advance(1)
      await put(connection, { matchingFields: ['SsoUsername'] })
      expect(await trialOf(connection)).toMatchObject({ counts: { signIns: 0 } })
    })

    test('409 where people do not come into the directory, 400 for what is no policy, 401 without a key', async () => {
      const connection = await makeConnection(server, 'passing')
      expect((await put(connection, byEmail)).status).toBe(409)
      const { connection: other } = await furnish('strict')
      expect((await put(other, { matchingFields: ['Phone'] })).status).toBe(400)
      expect((await createClient(server.port).get(pathOf(other, 'shadow'))).status).toBe(401)
    })
  })
})
