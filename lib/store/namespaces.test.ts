import { beforeAll, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import type { Db } from './db.ts'
import {
  addToNamespace,
  addToNamespaces,
  countNamespaceMembers,
  deleteNamespaceRecord,
  findNamespace,
  insertNamespace,
  listNamespaceRecords,
  removeFromNamespace,
  setNamespacesOfUser,
} from './namespaces.ts'
import { insertOrganization } from './organizations.ts'
import { insertTenant } from './tenants.ts'
import { insertUser } from './users.ts'

const createdAt = new Date('2026-06-01T10:00:00.000Z')

describeOnEachDatabase('namespaces in the store', (open) => {
  let db: Db

  beforeAll(async () => {
    db = (await open()).prisma
    for (const place of ['1', '2']) {
      const organizationId = `org_${place}`
      await insertOrganization(db, { id: organizationId, name: organizationId, host: `${place}.example` })
      await insertTenant(db, { id: `ten_${place}`, organizationId, slug: 'acme', name: 'Acme' })
      for (const name of ['sales', 'support'])
        await insertNamespace(db, { id: `nsp_${name}_${place}`, organizationId, name, createdAt })
      for (const name of ['ada', 'bob']) await insertUser(db, user(`usr_${name}_${place}`, organizationId))
    }
  })

  const user = (id: string, organizationId: string) => ({
    id,
    organizationId,
    tenantId: organizationId.replace('org', 'ten'),
    email: `${id}@acme.example`,
    emailKey: `${id}@acme.example`,
    username: null,
    usernameKey: null,
    ssoUsername: null,
    ssoUsernameKey: null,
    firstName: null,
    lastName: null,
    status: 'active' as const,
    passwordHash: null,
    tags: {},
    attributes: {},
    emailVerifiedAt: null,
  })

  const namespacesOf = async (userId: string) => {
    const rows = await db.namespaceMember.findMany({ where: { userId }, orderBy: { namespaceId: 'asc' } })
    return rows.map(({ namespaceId }) => namespaceId)
  }

  test('added to, set to, taken out of; unknown names are answered and left out', async () => {
    expect(await addToNamespaces(db, 'org_1', 'usr_ada_1', ['sales', 'nobody', 'nobody'])).toEqual(['nobody'])
    expect(await addToNamespaces(db, 'org_1', 'usr_ada_1', ['sales', 'support'])).toEqual([])
    expect(await namespacesOf('usr_ada_1')).toEqual(['nsp_sales_1', 'nsp_support_1'])
    expect(await setNamespacesOfUser(db, 'org_1', 'usr_ada_1', ['support', 'gone'])).toEqual(['gone'])
    expect(await namespacesOf('usr_ada_1')).toEqual(['nsp_support_1'])
    expect(await removeFromNamespace(db, 'org_1', 'nsp_support_1', 'usr_ada_1')).toBe(true)
    expect(await removeFromNamespace(db, 'org_1', 'nsp_support_1', 'usr_ada_1')).toBe(false)
    await addToNamespaces(db, 'org_1', 'usr_ada_1', ['sales'])
    expect(await setNamespacesOfUser(db, 'org_1', 'usr_ada_1', [])).toEqual([])
    expect(await namespacesOf('usr_ada_1')).toEqual([])
  })

  test('one user at a time: new in it, in it already, nobody', async () => {
    expect(await addToNamespace(db, 'org_1', 'nsp_sales_1', 'usr_bob_1')).toEqual({ added: true })
    expect(await addToNamespace(db, 'org_1', 'nsp_sales_1', 'usr_bob_1')).toEqual({ added: false })
    expect(await addToNamespace(db, 'org_1', 'nsp_sales_1', 'usr_none')).toBeNull()
    expect(await addToNamespace(db, 'org_1', 'nsp_none', 'usr_bob_1')).toBeNull()
    expect(await countNamespaceMembers(db, ['nsp_sales_1', 'nsp_support_1'])).toEqual(
      new Map([['nsp_sales_1', 1]]),
    )
  })

  test('nothing reaches into another organization', async () => {
    await addToNamespaces(db, 'org_2', 'usr_bob_2', ['sales'])
    expect(await addToNamespaces(db, 'org_1', 'usr_bob_2', ['support'])).toEqual([])
    expect(await setNamespacesOfUser(db, 'org_1', 'usr_bob_2', [])).toEqual([])
    expect(await addToNamespace(db, 'org_1', 'nsp_sales_1', 'usr_bob_2')).toBeNull()
    expect(await addToNamespace(db, 'org_1', 'nsp_sales_2', 'usr_bob_1')).toBeNull()
    expect(await removeFromNamespace(db, 'org_1', 'nsp_sales_2', 'usr_bob_2')).toBe(false)
    expect(await deleteNamespaceRecord(db, 'org_1', 'nsp_sales_2')).toBe(false)
    expect(await findNamespace(db, 'org_1', 'nsp_sales_2')).toBeNull()
    expect(await namespacesOf('usr_bob_2')).toEqual(['nsp_sales_2'])
    const { data } = await listNamespaceRecords(db, 'org_1', { limit: 50 })
    expect(data.map(({ organizationId }) => organizationId)).toEqual(['org_1', 'org_1'])
  })

  test('a name that is the id of another one is found as the name', async () => {
    await insertNamespace(db, { id: 'nsp_odd', organizationId: 'org_1', name: 'nsp_sales_1', createdAt })
    expect((await findNamespace(db, 'org_1', 'nsp_sales_1'))?.id).toBe('nsp_odd')
    await deleteNamespaceRecord(db, 'org_1', 'nsp_odd')
    expect((await findNamespace(db, 'org_1', 'nsp_sales_1'))?.name).toBe('sales')
  })

  test('deleted while users are put into it: never an error, and nobody stays in it', async () => {
    for (let round = 0; round < 10; round++) {
      await insertNamespace(db, { id: `nsp_r${round}`, organizationId: 'org_1', name: 'raced', createdAt })
      await Promise.all([
        addToNamespaces(db, 'org_1', 'usr_ada_1', ['raced']),
        setNamespacesOfUser(db, 'org_1', 'usr_bob_1', ['raced', 'sales']),
        deleteNamespaceRecord(db, 'org_1', `nsp_r${round}`),
        addToNamespace(db, 'org_1', `nsp_r${round}`, 'usr_ada_1'),
      ])
    }
    expect(await namespacesOf('usr_ada_1')).toEqual([])
    expect(await namespacesOf('usr_bob_1')).toEqual(['nsp_sales_1'])
  })
})
