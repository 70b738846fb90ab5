import { expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import type { Actor } from '../base/actor.ts'
import { sql } from '../store/db.ts'
import { insertOrganization } from '../store/organizations.ts'
import { insertTenant } from '../store/tenants.ts'
import { countJoinRequests } from './count-join-requests.ts'

describeOnEachDatabase('requests to join', (open) => {
  const viewer = (organizationId: string): Actor => ({
    ...{ type: 'member', id: 'mem_1', name: 'Viewer', role: 'viewer', address: '', requestId: '' },
    organizationId,
  })

  test('that wait are counted, those of the organization, no further than asked for', async () => {
    const db = (await open()).prisma
    for (const id of ['org_1', 'org_2']) {
      await insertOrganization(db, { id, name: id, host: `${id}.example` })
      await insertTenant(db, { id: `ten_${id}`, organizationId: id, slug: 'acme', name: 'Acme' })
    }
    const count = (organizationId: string, atMost: number) =>
      countJoinRequests({ db }, viewer(organizationId), { atMost })
    expect(await count('org_1', 100)).toBe(0)
    await db.$executeRaw(sql`
      INSERT INTO join_requests (id, organization_id, tenant_id, email, email_key, source, status)
      SELECT 'jrq_' || lpad(n::text, 26, '0'), 'org_1', 'ten_org_1', n || '@acme.example', n || '@acme.example', 'page',
        CASE WHEN n <= 3 THEN 'pending' WHEN n % 2 = 0 THEN 'approved' ELSE 'rejected' END
      FROM generate_series(1, 5000) n`)
    expect([await count('org_1', 100), await count('org_1', 2), await count('org_2', 100)]).toEqual([3, 2, 0])
  })
})
