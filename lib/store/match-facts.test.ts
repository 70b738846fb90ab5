import { beforeAll, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { furnishTenant } from '#lib/testing/signed-in.ts'
import { systemClock } from '../base/clock.ts'
import { type Db, sql } from './db.ts'
import { listDirectoryPeople } from './dry-run.ts'
import { findMatchFacts } from './match-facts.ts'
import { insertOrganization } from './organizations.ts'

/** Nothing is analyzed: so it is after an import, and in the embedded database for good. */
describeOnEachDatabase(
  'among thousands of a connection, of whom the database has counted nothing',
  (open) => {
    const organizationId = 'org_1'
    let db: Db
    let scope: { organizationId: string; tenantId: string; connectionId: string }

    beforeAll(async () => {
      db = (await open()).prisma
      await insertOrganization(db, { id: organizationId, name: 'One', host: 'one.example' })
      scope = { organizationId, ...(await furnishTenant({ db, clock: systemClock }, organizationId, 'acme')) }
      await db.$executeRaw(sql`
      INSERT INTO users (id, organization_id, tenant_id, email, email_key, status, tags, attributes, updated_at)
      SELECT 'usr_' || lpad(n::text, 8, '0'), ${organizationId}, ${scope.tenantId}, n || '@acme.example', n || '@acme.example',
        'active', '{}', '{}', now()
      FROM generate_series(1, 6000) n`)
      await db.$executeRaw(sql`
      INSERT INTO identities (id, organization_id, connection_id, user_id, subject)
      SELECT 'idn_' || id, ${organizationId}, ${scope.connectionId}, id, 'sub ' || id FROM users`)
    })

    test('the facts about a person are found without reading the others', async () => {
      const person = {
        subject: 'sub usr_00004711',
        emailDomain: 'acme.example',
        keys: { Username: ['ada'], Email: ['4711@acme.example'], SsoUsername: ['4711@acme.example'] },
      }
      const read = await rowsRead((explained) =>
        findMatchFacts(explained, { id: scope.connectionId, ...scope }, [person], systemClock.now()),
      )
      expect(read).toBeLessThan(20)
    })

    test('a page of people is read without the identities of the others', async () => {
      const page = { after: 'usr_00004000', limit: 10 }
      expect(await listDirectoryPeople(db, scope, page)).toMatchObject(
        Array.from({ length: 10 }, (_, n) => ({
          id: `usr_0000${4001 + n}`,
          subject: `sub usr_0000${4001 + n}`,
        })),
      )
      const read = await rowsRead((explained) => listDirectoryPeople(explained, scope, page))
      // Those who come later are sorted; of each on the page one identity is read, and none of the others.
      expect(read).toBeLessThan(6000)
    })

    /** How many entries of the table and its indexes the database looked at for the one query `ask` sends. */
    async function rowsRead(ask: (db: Db) => Promise<unknown>): Promise<number> {
      let read = 0
      const explaining = {
        $queryRaw: async (query: ReturnType<typeof sql>) => {
          const [row] = await db.$queryRaw<{ 'QUERY PLAN': [{ Plan: PlanNode }] }[]>(
            sql`EXPLAIN (ANALYZE, FORMAT JSON) ${query}`,
          )
          read = readsOf(row!['QUERY PLAN'][0].Plan)
          return []
        },
      }
      await ask(explaining as unknown as Db)
      return read
    }
  },
)

type PlanNode = {
  'Relation Name'?: string
  'Index Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  Plans?: PlanNode[]
}

function readsOf(node: PlanNode): number {
  const isRead = node['Relation Name'] !== undefined || node['Index Name'] !== undefined
  const rows = (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']
  return (isRead ? rows : 0) + (node.Plans ?? []).reduce((sum, plan) => sum + readsOf(plan), 0)
}
