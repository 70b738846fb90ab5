import { beforeAll, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { type Db, sql } from './db.ts'
import { insertNamespace } from './namespaces.ts'
import { insertOrganization } from './organizations.ts'
import { insertTenant } from './tenants.ts'
import {
  findSignInCandidates,
  findUser,
  hasPasswordUsers,
  insertUser,
  insertUsers,
  listUserRecords,
} from './users.ts'

describeOnEachDatabase('the users of many tenants', (open) => {
  let db: Db

  beforeAll(async () => {
    db = (await open()).prisma
    await insertOrganization(db, { id: 'org_1', name: 'One', host: 'one.example' })
    for (const slug of ['big', 'small', 'left'])
      await insertTenant(db, { id: `ten_${slug}`, organizationId: 'org_1', slug, name: slug })
    await db.$executeRaw(sql`
      INSERT INTO users (id, organization_id, tenant_id, email, email_key, status, tags, attributes, updated_at)
      SELECT 'usr_' || lpad(n::text, 26, '0'), 'org_1', CASE WHEN n % 100 = 0 THEN 'ten_small' ELSE 'ten_big' END,
        'person-' || n || '@acme.example', 'person-' || n || '@acme.example', 'active', '{}', '{}', now()
      FROM generate_series(1, 20000) n`)
    for (const id of ['nsp_few', 'nsp_most'])
      await insertNamespace(db, { id, organizationId: 'org_1', name: id, createdAt: new Date(0) })
    await db.$executeRaw(sql`
      INSERT INTO namespace_members (namespace_id, user_id)
      SELECT 'nsp_most', id FROM users UNION ALL SELECT 'nsp_few', id FROM users WHERE tenant_id = 'ten_small'`)
    await insertUser(db, user('usr_disabled', 'ten_left', 'disabled'))
    await db.$executeRaw(sql`ANALYZE users, namespace_members`)
  })

  const user = (id: string, tenantId: string, status: 'active' | 'disabled') => ({
    id,
    organizationId: 'org_1',
    tenantId,
    email: `${id}@acme.example`,
    emailKey: `${id}@acme.example`,
    username: null,
    usernameKey: null,
    ssoUsername: null,
    ssoUsernameKey: null,
    firstName: null,
    lastName: null,
    status,
    passwordHash: 'a hash',
    tags: {},
    attributes: {},
    emailVerifiedAt: null,
  })

  /** How many rows of `users` the database looked at. */
  async function rowsRead(query: ReturnType<typeof sql>): Promise<number> {
    const [row] = await db.$queryRaw<{ 'QUERY PLAN': [{ Plan: PlanNode }] }[]>(
      sql`EXPLAIN (ANALYZE, FORMAT JSON) ${query}`,
    )
    return readsOf(row!['QUERY PLAN'][0].Plan)
  }

  test('whether anybody has a password: nobody, somebody disabled, somebody of another tenant, somebody', async () => {
    expect(await hasPasswordUsers(db, 'ten_big')).toBe(false)
    expect(await hasPasswordUsers(db, 'ten_left')).toBe(false)
    await insertUser(db, user('usr_active', 'ten_small', 'active'))
    expect(await hasPasswordUsers(db, 'ten_big')).toBe(false)
    expect(await hasPasswordUsers(db, 'ten_small')).toBe(true)
    expect(await hasPasswordUsers(db, 'ten_none')).toBe(false)
  })

  test('that is answered without reading a tenant of many', async () => {
    const query = sql`SELECT FROM users WHERE tenant_id = 'ten_big' AND password_hash IS NOT NULL AND status = 'active'`
    expect(await rowsRead(query)).toBe(0)
  })

  test('a page is read from where it begins, not from the newest on', async () => {
    const { data, nextCursor } = await listUserRecords(db, 'org_1', {
      tenantId: 'ten_small',
      cursor: `usr_${'10000'.padStart(26, '0')}`,
      limit: 2,
    })
    expect(data.map(({ email }) => email)).toEqual(['person-9900@acme.example', 'person-9800@acme.example'])
    expect(nextCursor).toBe(data[1]!.id)
    const page = sql`SELECT id FROM users u WHERE u.organization_id = 'org_1' AND u.id < ${nextCursor} ORDER BY u.id DESC LIMIT 51`
    expect(await rowsRead(page)).toBe(51)
  })

  test('a page of a namespace costs as much as a page, whether few are in it or most', async () => {
    for (const namespaceId of ['nsp_few', 'nsp_most']) {
      const listed = await listUserRecords(db, 'org_1', { namespaceId, limit: 2 })
      expect(listed.data.map(({ email }) => email)).toEqual(
        namespaceId === 'nsp_few'
          ? ['person-20000@acme.example', 'person-19900@acme.example']
          : ['person-20000@acme.example', 'person-19999@acme.example'],
      )
      const page = sql`
        SELECT u.id FROM users u JOIN tenants t ON t.id = u.tenant_id
          JOIN namespace_members m ON m.user_id = u.id AND m.namespace_id = ${namespaceId}
        WHERE u.organization_id = 'org_1' AND m.user_id < ${listed.nextCursor} ORDER BY m.user_id DESC LIMIT 51`
      // Members, their users, and the few tenants.
      expect(await rowsRead(page)).toBeLessThan(250)
    }
  })

  test('many are inserted by one statement, each wholly or not at all', async () => {
    const now = new Date('2026-06-01T10:00:00.000Z')
    const many = ['usr_m1', 'usr_m2', 'usr_m3'].map((id) => ({
      ...user(id, 'ten_left', 'active'),
      usernameKey: id === 'usr_m3' ? 'm2' : id.slice(4),
      tags: { office: ['Paris', 'Rome'] },
      attributes: { floors: [1, 2], remote: true },
      emailVerifiedAt: now,
      namespaces: ['nsp_few', 'nobody'],
    }))
    expect(await insertUsers(db, 'org_1', many, now)).toEqual(new Set(['usr_m1', 'usr_m2']))
    expect(await findUser(db, 'org_1', 'usr_m1')).toMatchObject({
      email: 'usr_m1@acme.example',
      tags: { office: ['Paris', 'Rome'] },
      attributes: { floors: [1, 2], remote: true },
      namespaces: ['nsp_few'],
      emailVerifiedAt: now,
      emailUnproven: false,
      hasPassword: true,
      createdAt: now,
      updatedAt: now,
    })
    expect(await findUser(db, 'org_1', 'usr_m3')).toBeNull()
    expect(await db.namespaceMember.count({ where: { userId: 'usr_m3' } })).toBe(0)
  })

  test('who signs in is found by the address alone, not by looking through all', async () => {
    expect(
      await findSignInCandidates(db, 'org_1', 'usr_active@acme.example', { tenantId: null, limit: 5 }),
    ).toMatchObject([{ id: 'usr_active', tenant: 'small', tenantName: 'small', passwordHash: 'a hash' }])
    const query = sql`SELECT id FROM users WHERE organization_id = 'org_1' AND email_key = 'usr_active@acme.example'`
    expect(await rowsRead(query)).toBe(1)
  })
})

type PlanNode = {
  'Relation Name'?: string
  'Actual Rows': number
  'Rows Removed by Filter'?: number
  Plans?: PlanNode[]
}

function readsOf(node: PlanNode): number {
  const own = node['Relation Name'] ? node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) : 0
  return (node.Plans ?? []).reduce((sum, inner) => sum + readsOf(inner), own)
}
