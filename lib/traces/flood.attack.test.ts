import { beforeAll, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { type Clock, secondsAfter } from '../base/clock.ts'
import { mintId, systemRandom } from '../base/ids.ts'
import type { Db } from '../store/db.ts'
import { insertOrganization } from '../store/organizations.ts'
import { deleteFailuresBeyond, forgetReceivedBeyond } from '../store/traces.ts'
import { recordTrace } from './record-trace.ts'

describeOnEachDatabase('a flood of sign-ins that fail', (open) => {
  let db: Db
  let now = new Date('2026-06-01T10:00:00Z')
  const clock: Clock = { now: () => now }

  beforeAll(async () => {
    db = (await open()).prisma
    for (const id of ['org_1', 'org_2', 'org_3'])
      await insertOrganization(db, { id, name: id, host: `${id}.example` })
  })

  const fail = (organizationId: string, connection: string, received: string | null = '<x/>') =>
    recordTrace(
      { db, clock },
      {
        id: mintId('trc', now, systemRandom),
        organizationId,
        tenant: 'acme',
        product: 'crm',
        connection: { id: connection, name: 'c', kind: 'saml' },
        purpose: 'sign-in',
        outcome: 'failure',
        cause: 'saml_signature_invalid',
        sentence: 's',
        checks: [],
        received,
        origin: { address: '192.0.2.1', userAgent: '', requestId: '' },
      },
    )
  const kept = (organizationId: string) =>
    db.trace.findMany({ where: { organizationId }, orderBy: { id: 'asc' } })

  test('leaves a trace of each, and sixty messages a minute for one connection', async () => {
    await Promise.all(Array.from({ length: 70 }, () => fail('org_1', 'con_flooded')))
    await fail('org_1', 'con_other')
    now = secondsAfter(now, 61)
    await fail('org_1', 'con_flooded')
    const traces = await kept('org_1')
    expect(traces).toHaveLength(72)
    expect(traces.filter(({ received }) => received !== null)).toHaveLength(62)
  })

  test('of each organization the newest are kept, messages in fewer of them', async () => {
    for (let index = 0; index < 6; index++) {
      now = secondsAfter(now, 1)
      await fail('org_2', 'con_2', index === 4 ? null : `<m${index}/>`)
      await fail('org_3', 'con_3')
    }
    await db.trace.updateMany({ where: { organizationId: 'org_3' }, data: { outcome: 'success' } })
    await forgetReceivedBeyond(db, 2)
    expect((await kept('org_2')).map(({ received }) => received)).toEqual([
      null,
      null,
      null,
      '<m3/>',
      null,
      '<m5/>',
    ])
    const all = (await kept('org_2')).map(({ id }) => id)
    expect(await deleteFailuresBeyond(db, 4)).toBeGreaterThanOrEqual(2)
    expect((await kept('org_2')).map(({ id }) => id)).toEqual(all.slice(2))
    expect(await kept('org_1')).toHaveLength(4)
    expect(await kept('org_3'), 'what succeeded stays').toHaveLength(6)
    expect(await deleteFailuresBeyond(db, 4)).toBe(0)
  })
})
