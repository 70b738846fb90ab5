import { beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '#lib/base/actor.ts'
import { readCsv, writeCsvRecord } from '#lib/base/csv.ts'
import { importUsers } from '#lib/directory/import-users.ts'
import type { Db, sql } from '#lib/store/db.ts'
import { furnishSession } from '#lib/testing/signed-in.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Client, createClient } from '#server/testing/http-client.ts'

type Sql = ReturnType<typeof sql>
type User = Record<string, unknown> & { id: string; email: string }
type Fault = { line: number; column: string | null; message: string }
type Report = Record<'rows' | 'created' | 'updated' | 'unchanged' | 'failed' | 'moreErrors', number> & {
  errors: Fault[]
}
type Preview = Record<'rows' | 'create' | 'update' | 'unchanged' | 'failed' | 'moreErrors', number> & {
  errors: Fault[]
  sample: { line: number; email: string; outcome: string; changes: unknown[] }[]
}

describeOnEachServer('users from a file, and back into one', (server) => {
  let client: Client
  beforeAll(async () => {
    client = managementClient(server)
    for (const slug of ['journey', 'many', 'again', 'raced', 'kept', 'ended', 'small'])
      await client.post('/api/v1/tenants', { json: { slug, name: slug } })
    for (const name of ['staff', 'board']) await client.post('/api/v1/namespaces', { json: { name } })
  })

  const upload = (tenant: string, csv: string | Buffer, more = '') =>
    client.post(`/api/v1/users/import?tenant=${tenant}${more}`, {
      body: csv,
      headers: { 'content-type': 'text/csv; charset=utf-8' },
    })
  const importCsv = async (tenant: string, csv: string) => {
    const answer = await upload(tenant, csv)
    expect(answer.status, answer.text).toBe(200)
    return answer.json<Report>()
  }
  const preview = async (tenant: string, csv: string) =>
    (await upload(tenant, csv, '&preview=true')).json<Preview>()
  const usersOf = async (tenant: string) => {
    const { data } = (await client.get(`/api/v1/users?tenant=${tenant}&limit=200`)).json<{ data: User[] }>()
    return new Map(data.map((user) => [user.email, user]))
  }
  const create = async (json: Record<string, unknown>) =>
    (await client.post('/api/v1/users', { json })).json<User>()
  const exportCsv = async (tenant: string, more = '') =>
    (await client.get(`/api/v1/users/export?tenant=${tenant}${more}`)).text

  const adminOf = async (tenant: string): Promise<Actor> => {
    const { organizationId } = await server.house.db.tenant.findFirstOrThrow({ where: { slug: tenant } })
    const name = { type: 'apiKey' as const, id: 'key_1', name: 'Key', role: 'admin' as const }
    return { ...name, organizationId, address: '', requestId: '' }
  }

  test('preview, import, the same once more, a change: each row does what the preview said', async () => {
    const ada = { tenant: 'journey', email: 'ada@acme.example', firstName: 'Ada', username: 'ada' }
    await create({
      ...ada,
      namespaces: ['board'],
      tags: { office: 'Rome' },
      attributes: { floor: 3, unit: 'A' },
    })
    await create({ tenant: 'journey', email: 'owner@acme.example', username: 'taken' })
    const csv = [
      'email,username,firstName,lastName,namespaces,tags,status,attributes.unit,attributes.email_verified',
      'ADA@acme.example,ada,Ada,Lovelace,staff,office=Paris;team=red;team=blue,,B,true',
      'bob@acme.example,bob,Bob,,staff;board,,disabled,,',
      'eve@acme.example,taken,Eve,,,,,,',
      'fay@acme.example,bob,Fay,,,,,,',
      'gus@acme.example,,Gus,,nobody,,,,',
      'hal@acme.example,,Hal,,,,invited,,',
    ].join('\r\n')
    const errors = [
      { line: 4, column: 'username', message: 'username taken belongs to owner@acme.example.' },
      { line: 5, column: 'username', message: 'username bob stands on line 3 already.' },
      { line: 6, column: 'namespaces', message: 'There is no namespace “nobody”.' },
      { line: 7, column: 'status', message: 'status invited comes of an invitation alone.' },
    ]
    const before = await usersOf('journey')
    const planned = await preview('journey', csv)
    expect(planned).toMatchObject({
      rows: 6,
      create: 1,
      update: 1,
      unchanged: 0,
      failed: 4,
      errors,
      moreErrors: 0,
    })
    expect(planned.sample).toEqual([
      {
        line: 2,
        email: 'ADA@acme.example',
        outcome: 'update',
        changes: [
          { field: 'email', before: 'ada@acme.example', after: 'ADA@acme.example' },
          { field: 'lastName', before: '', after: 'Lovelace' },
          { field: 'namespaces', before: 'board', after: 'staff' },
          { field: 'tags', before: 'office=Rome', after: 'office=Paris;team=red;team=blue' },
          { field: 'attributes.unit', before: 'A', after: 'B' },
          { field: 'attributes.email_verified', before: '', after: 'true' },
        ],
      },
      expect.objectContaining({ line: 3, email: 'bob@acme.example', outcome: 'create' }),
    ])
    expect(await usersOf('journey')).toEqual(before)

    expect(await importCsv('journey', csv)).toEqual({
      ...{ rows: 6, created: 1, updated: 1, unchanged: 0, failed: 4 },
      ...{ errors, moreErrors: 0 },
    })
    const after = await usersOf('journey')
    expect([...after.keys()].sort()).toEqual(['ADA@acme.example', 'bob@acme.example', 'owner@acme.example'])
    expect(after.get('ADA@acme.example')).toMatchObject({
      id: before.get('ada@acme.example')!.id,
      lastName: 'Lovelace',
      namespaces: ['staff'],
      tags: { office: 'Paris', team: ['red', 'blue'] },
      attributes: { floor: 3, unit: 'B', email_verified: true },
      emailVerified: true,
      status: 'active',
    })
    expect(after.get('bob@acme.example')).toMatchObject({
      username: 'bob',
      lastName: null,
      namespaces: ['board', 'staff'],
      tags: {},
      attributes: {},
      status: 'disabled',
    })

    expect(await importCsv('journey', csv)).toMatchObject({ created: 0, updated: 0, unchanged: 2, failed: 4 })
    expect(await usersOf('journey')).toEqual(after)
    const emptied = 'email,lastName,tags,attributes.unit\nada@acme.example,,,'
    expect(await importCsv('journey', emptied)).toMatchObject({ updated: 1, failed: 0 })
    expect((await usersOf('journey')).get('ada@acme.example')).toMatchObject({
      firstName: 'Ada',
      lastName: null,
      tags: {},
      namespaces: ['staff'],
      attributes: { floor: 3, email_verified: true },
    })
  })

  test('an import is one event, and so is an export; a preview is none', async () => {
    const { data } = (await client.get('/api/v1/audit-events?query=users.')).json<{
      data: { action: string; targetName: string; after: unknown }[]
    }>()
    expect(data.map(({ action, targetName }) => [action, targetName])).toEqual(
      Array(3).fill(['users.imported', 'journey']),
    )
    expect(data[2]!.after).toMatchObject({ rows: 6, created: 1, updated: 1, unchanged: 0, failed: 4 })
    await exportCsv('journey', '&status=active')
    const events = (await client.get('/api/v1/audit-events?query=users.exported')).json<{
      data: { after: unknown }[]
    }>()
    expect(events.data.map(({ after }) => after)).toEqual([{ status: 'active' }])
  })

  test('what is exported is imported as it was, and exported the same again, byte for byte', async () => {
    const odd = {
      ...{
        tenant: 'kept',
        email: 'odd@acme.example',
        username: '=cmd|calc',
        firstName: "'=Ada",
        lastName: '+"x", y',
      },
      ssoUsername: '@ACME;=1',
      namespaces: ['staff', 'board'],
      tags: { 'a=b': 'c;d', list: ['one'], empty: '', '-x': ['1', '2'] },
      attributes: {
        ...{ unit: '-1', number: 12, floors: [1, 2], remote: true, json: 'json:1', lines: 'a\r\n=b' },
        ...{ phone_number: '+1 604 555', address: { country: 'France', formatted: 'Rue 1\nParis' } },
        email_verified: true,
      },
    }
    const made = await create(odd)
    await create({ tenant: 'kept', email: 'plain@acme.example' })
    const first = await exportCsv('kept')
    expect(
      first.startsWith('\ufeffemail,username,firstName,lastName,ssoUsername,status,namespaces,tags,'),
    ).toBe(true)
    for (const { cells } of cellsOf(first)) for (const cell of cells) expect(cell).not.toMatch(/^[=+\-@\t\r]/)

    expect(await importCsv('kept', first)).toMatchObject({ unchanged: 2, failed: 0, errors: [] })
    expect(await importCsv('again', first)).toMatchObject({ created: 2, failed: 0, errors: [] })
    const { id: _, createdAt: __, updatedAt: ___, tenant: ____, ...same } = made
    expect((await usersOf('again')).get('odd@acme.example')).toMatchObject(same)
    // Made at the same moment, they come in any order.
    const records = (csv: string) =>
      cellsOf(csv)
        .map(({ cells }) => writeCsvRecord(cells))
        .sort()
    expect(records(await exportCsv('again'))).toEqual(records(first))
  })

  test('an export is what the list shows for the same query, and a file', async () => {
    const answer = await client.get(
      '/api/v1/users/export?tenant=journey&namespace=staff&status=active&query=ADA',
    )
    expect(answer.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="users-journey.csv"',
      'cache-control': 'no-store',
    })
    expect(cellsOf(answer.text).map(({ cells }) => cells[0])).toEqual(['\ufeffemail', 'ada@acme.example'])
    expect(cellsOf(await exportCsv('journey', '&namespace=none'))).toHaveLength(1)
  })

  test('ten thousand rows by few statements, and streamed out again', async () => {
    const row = (number: number) =>
      `person-${number}@acme.example,p${number},Person,Number ${number},${number % 2 ? 'staff' : 'staff;board'},team=t${number % 7}`
    const csv = (more: string) =>
      `email,username,firstName,lastName,namespaces,tags\n${Array.from({ length: 10_000 }, (_, n) => row(n) + more).join('\n')}`
    const { db } = server.house
    let statements = 0
    const counted = withQueries(db, (statement) => {
      statements += 1
      return db.$queryRaw(statement)
    })
    const importCounted = async (text: string) => {
      const bytes = new TextEncoder().encode(text)
      const input = { tenant: 'many', preview: false, bytes }
      return importUsers({ ...server.house, db: counted }, await adminOf('many'), input)
    }
    expect(await importCounted(csv(''))).toMatchObject({ rows: 10_000, created: 10_000, failed: 0 })
    const [table] = await db.$queryRaw<{ known: number }[]>`
      SELECT reltuples::int AS known FROM pg_class WHERE oid = 'users'::regclass`
    expect(table!.known).toBeGreaterThanOrEqual(10_000)
    expect(await importCounted(csv('0'))).toMatchObject({ updated: 10_000, failed: 0 })
    // Twenty writes each, ten looks into the directory for addresses and user names.
    expect(statements).toBe(60)
    const exported = cellsOf(await exportCsv('many'))
    expect(exported).toHaveLength(10_001)
    expect(new Set(exported.map(({ cells }) => cells.slice(0, 4).join(' '))).size).toBe(10_001)
    expect(exported.map(({ cells }) => cells[0])).toContain('person-9999@acme.example')
    const members = (await client.get('/api/v1/namespaces/board')).json<{ memberCount: number }>()
    expect(members.memberCount).toBeGreaterThanOrEqual(5_000)
    const tooMany = await upload('many', `${csv('')}\n${row(10_001)}`)
    expect([tooMany.status, tooMany.text]).toEqual([400, expect.stringContaining('more than 10,000 rows')])
  }, 120_000)

  test('the same file five times at once makes every user once', async () => {
    const csv = `email,username,tags\n${Array.from({ length: 700 }, (_, n) => `r${n}@acme.example,r${n},a=${n}`).join('\n')}`
    const reports = await Promise.all(Array.from({ length: 5 }, () => importCsv('raced', csv)))
    expect(reports.reduce((sum, { created }) => sum + created, 0)).toBe(700)
    for (const { rows, created, updated, unchanged, failed, errors } of reports) {
      expect(created + updated + unchanged + failed).toBe(rows)
      expect(errors).toHaveLength(failed)
    }
    const changes = await Promise.all(
      ['x', 'y', 'z'].map((tag) => importCsv('raced', csv.replace(/a=/g, `${tag}=`))),
    )
    for (const { updated, failed } of changes) expect([updated, failed]).toEqual([700, 0])
  }, 60_000)

  test('a name that is taken at the moment of writing costs its own row', async () => {
    const csv = (name: string) =>
      `email,username\n${Array.from({ length: 20 }, (_, n) => `t${n}@acme.example,${n === 7 ? name : `t${n}`}`).join('\n')}`
    await importCsv('small', csv('t7'))
    const { id } = await create({ tenant: 'small', email: 'thief@acme.example' })
    const { db } = server.house
    const steal = () => db.user.update({ where: { id }, data: { username: 'wanted', usernameKey: 'wanted' } })
    let writes = 0
    /** Before the first change is written somebody else takes the name. */
    const raced = withQueries(db, async (statement) => {
      if (statement.sql.includes('UPDATE users') && ++writes === 1) await steal()
      return db.$queryRaw(statement)
    })
    const bytes = new TextEncoder().encode(csv('wanted').replace(/,t(\d)/g, ',u$1'))
    const report = (await importUsers({ ...server.house, db: raced }, await adminOf('small'), {
      tenant: 'small',
      preview: false,
      bytes,
    })) as Report
    // Twenty, ten, five, three, two and one: those with the name, and the halves beside them.
    expect(writes).toBeLessThanOrEqual(11)
    expect(report).toMatchObject({ updated: 19, failed: 1 })
    expect(report.errors).toEqual([
      { line: 9, column: null, message: expect.stringMatching(/at this moment/) },
    ])
    const users = await usersOf('small')
    expect([users.get('t7@acme.example')!.username, users.get('t8@acme.example')!.username]).toEqual([
      't7',
      'u8',
    ])
  })

  test('an import that breaks off is an event too, with what it has written', async () => {
    const { db } = server.house
    let writes = 0
    const breaking = withQueries(db, (statement) => {
      if (statement.sql.includes('INSERT INTO users') && ++writes === 2) throw new Error('connection lost')
      return db.$queryRaw(statement)
    })
    const csv = `email\n${Array.from({ length: 600 }, (_, n) => `broken${n}@acme.example`).join('\n')}`
    const input = { tenant: 'ended', preview: false, bytes: new TextEncoder().encode(csv) }
    const importing = importUsers({ ...server.house, db: breaking }, await adminOf('ended'), input)
    await expect(importing).rejects.toThrow('connection lost')
    const { data } = (await client.get('/api/v1/audit-events?query=users.imported&limit=1')).json<{
      data: unknown[]
    }>()
    expect(data).toEqual([
      expect.objectContaining({
        targetName: 'ended',
        result: 'failure',
        after: { created: 500, updated: 0, columns: ['email'] },
      }),
    ])
  })

  test('an empty cell lets a status be, also one that is new at the moment of writing', async () => {
    const { id } = await create({ tenant: 'small', email: 'leaves@acme.example' })
    const { db } = server.house
    const raced = withQueries(db, async (statement) => {
      if (statement.sql.includes('UPDATE users'))
        await db.user.update({ where: { id }, data: { status: 'disabled', emailUnproven: true } })
      return db.$queryRaw(statement)
    })
    const csv = 'email,firstName,status,attributes.email_verified\nleaves@acme.example,Lea,,false'
    const input = { tenant: 'small', preview: false, bytes: new TextEncoder().encode(csv) }
    const report = await importUsers({ ...server.house, db: raced }, await adminOf('small'), input)
    expect(report).toMatchObject({ updated: 1 })
    expect((await usersOf('small')).get('leaves@acme.example')).toMatchObject({
      firstName: 'Lea',
      status: 'disabled',
      emailUnproven: true,
    })
  })

  test('who is disabled by it is signed out, others are not', async () => {
    const { id: out } = await create({ tenant: 'ended', email: 'out@acme.example' })
    const { id: stays } = await create({ tenant: 'ended', email: 'stays@acme.example' })
    const { id: tenantId, organizationId } = await server.house.db.tenant.findFirstOrThrow({
      where: { slug: 'ended' },
    })
    for (const userId of [out, stays])
      await furnishSession(server.house, { organizationId, tenantId, userId })
    await importCsv('ended', 'email,status\nout@acme.example,disabled\nstays@acme.example,active')
    const sessions = await server.house.db.session.findMany({ where: { userId: { in: [out, stays] } } })
    expect(sessions.map(({ userId, revokedAt }) => [userId, revokedAt !== null]).sort()).toEqual(
      [
        [out, true],
        [stays, false],
      ].sort(),
    )
  })

  describe('refused as a whole', () => {
    const csv = 'email\nx@acme.example'

    test.each([
      ['', 400],
      ['email\n', 400],
    ])('%j', async (body, status) => {
      const answer = await upload('small', body)
      expect([answer.status, answer.headers['content-type']]).toEqual([
        status,
        'application/problem+json; charset=utf-8',
      ])
    })

    test('a query that is wrong: 400 with the path; a tenant there is not: 404', async () => {
      const post = (query: string) =>
        client.post(`/api/v1/users/import${query}`, { body: csv, headers: { 'content-type': 'text/csv' } })
      for (const [query, path] of [
        ['', 'tenant'],
        ['?tenant=', 'tenant'],
        ['?tenant=small&preview=maybe', 'preview'],
      ]) {
        const answer = await post(query!)
        const { errors } = answer.json<{ errors: { path: string }[] }>()
        expect([answer.status, errors.map((error) => error.path)]).toEqual([400, [path]])
      }
      expect((await post('?tenant=nobody')).status).toBe(404)
      expect((await client.get('/api/v1/users/export?tenant=nobody')).status).toBe(404)
      expect((await client.get('/api/v1/users/export')).status).toBe(400)
    })

    test('another kind of body: 415; more than 10 MB: 413; nobody’s key: 401; another method: 405', async () => {
      expect((await client.post('/api/v1/users/import?tenant=small', { json: {} })).status).toBe(415)
      expect((await upload('small', Buffer.alloc(10 * 1024 * 1024 + 1, 97))).status).toBe(413)
      const anyone = createClient(server.port)
      const headers = { 'content-type': 'text/csv' }
      expect((await anyone.post('/api/v1/users/import?tenant=small', { body: csv, headers })).status).toBe(
        401,
      )
      expect((await anyone.get('/api/v1/users/export?tenant=small')).status).toBe(401)
      expect((await client.get('/api/v1/users/import?tenant=small')).status).toBe(405)
    })

    test('a first line that nobody understands: no row is taken', async () => {
      const report = await importCsv('small', 'email,password\nnew@acme.example,secret-secret')
      expect(report).toMatchObject({ rows: 1, created: 0, failed: 1 })
      expect(report.errors).toEqual([
        { line: 1, column: 'password', message: expect.stringContaining('is no column') },
      ])
      expect((await usersOf('small')).has('new@acme.example')).toBe(false)
    })

    test('of very many errors a thousand come along', async () => {
      const report = await preview('small', `email\n${'nobody\n'.repeat(1_500)}`)
      expect([report.failed, report.errors.length, report.moreErrors]).toEqual([1_500, 1_000, 500])
    })
  })

  test('HEAD of an export has no body, and a client that goes away leaves nothing behind', async () => {
    const head = await client.send('HEAD', '/api/v1/users/export?tenant=many')
    expect([head.status, head.text]).toEqual([200, ''])
    const gone = new AbortController()
    const asked = fetch(`http://127.0.0.1:${server.port}/api/v1/users/export?tenant=many`, {
      headers: { authorization: `Api-Key ${server.apiKey}`, host: new URL(server.url).host },
      signal: gone.signal,
    })
    const { body } = await asked
    await body!.getReader().read()
    gone.abort()
    expect((await client.get('/api/v1/users?limit=1')).status).toBe(200)
    expect(server.logLines.filter((line) => line.includes('"level":50'))).toEqual([])
  })
})

/** The same database, whose queries go through `query`. */
function withQueries(db: Db, query: (statement: Sql) => Promise<unknown>): Db {
  return new Proxy(db, {
    get: (target, name) => (name === '$queryRaw' ? query : Reflect.get(target, name)),
  })
}

function cellsOf(csv: string) {
  return [...readCsv(csv, ',')]
}
