import { expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import type { Actor } from '../base/actor.ts'
import { systemClock } from '../base/clock.ts'
import { systemRandom } from '../base/ids.ts'
import { insertOrganization } from '../store/organizations.ts'
import { loadSessionLimits, updateSessionLimits } from './session-limits.ts'
import { sessionLimitsSchema } from './session-limits-input.ts'

test.each([
  [300, 300],
  [8 * 3600, 86_400],
  [30 * 86_400, 90 * 86_400],
  ['600', '7200'],
])('idle %s and absolute %s seconds are limits', (sessionIdleSeconds, sessionAbsoluteSeconds) => {
  expect(sessionLimitsSchema.parse({ sessionIdleSeconds, sessionAbsoluteSeconds })).toEqual({
    sessionIdleSeconds: Number(sessionIdleSeconds),
    sessionAbsoluteSeconds: Number(sessionAbsoluteSeconds),
  })
})

test.each([
  [299, 3600],
  [3600, 299],
  [3601, 3600],
  [30 * 86_400 + 1, 90 * 86_400],
  [3600, 90 * 86_400 + 1],
  [600.5, 3600],
  ['soon', 3600],
  [-600, 3600],
])('idle %s and absolute %s seconds are none', (sessionIdleSeconds, sessionAbsoluteSeconds) => {
  expect(sessionLimitsSchema.safeParse({ sessionIdleSeconds, sessionAbsoluteSeconds }).success).toBe(false)
})

describeOnEachDatabase('limits of sessions', (open) => {
  test('are changed for their organization alone, and audited with what they were', async () => {
    const { prisma: db } = await open()
    const house = { db, clock: systemClock, random: systemRandom }
    for (const id of ['org_1', 'org_2']) await insertOrganization(db, { id, name: id, host: `${id}.example` })
    const actorOf = (organizationId: string): Actor => ({
      type: 'member',
      id: 'mem_1',
      name: 'Owner',
      role: 'owner',
      organizationId,
      address: '',
      requestId: '',
    })
    const before = { sessionIdleSeconds: 8 * 3600, sessionAbsoluteSeconds: 24 * 3600 }
    const after = { sessionIdleSeconds: 900, sessionAbsoluteSeconds: 3600 }
    expect(await loadSessionLimits(house, actorOf('org_1'))).toEqual(before)
    await updateSessionLimits(house, actorOf('org_1'), after)
    expect(await loadSessionLimits(house, actorOf('org_1'))).toEqual(after)
    expect(await loadSessionLimits(house, actorOf('org_2'))).toEqual(before)
    expect(await db.auditEvent.findMany()).toMatchObject([
      {
        action: 'organization.session-limits-changed',
        organizationId: 'org_1',
        targetId: 'org_1',
        before,
        after,
      },
    ])
  })
})
