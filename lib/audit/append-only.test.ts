import { expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import type { Actor } from '../base/actor.ts'
import { systemClock } from '../base/clock.ts'
import { systemRandom } from '../base/ids.ts'
import { listAuditEvents } from './list-audit-events.ts'
import { recordAuditEvent } from './record-audit-event.ts'

const actor: Actor = {
  type: 'member',
  id: 'mem_1',
  name: 'Owner',
  role: 'owner',
  organizationId: 'org_1',
  address: '192.0.2.1',
  requestId: 'request-1',
}

describeOnEachDatabase('the audit log', (open) => {
  test('what was written stays: nothing changes, removes or empties it', async () => {
    const { prisma: db } = await open()
    const house = { db, clock: systemClock, random: systemRandom }
    const target = { type: 'tenant', id: 'ten_1', name: 'Acme' }
    await recordAuditEvent(house, actor, { action: 'tenant.created', target, after: { slug: 'acme' } })
    const written = await db.auditEvent.findMany()
    expect(written).toHaveLength(1)
    const id = written[0]!.id
    await expect(db.auditEvent.update({ where: { id }, data: { actorName: 'Nobody' } })).rejects.toThrow()
    await expect(db.auditEvent.updateMany({ data: { result: 'failure' } })).rejects.toThrow()
    await expect(db.auditEvent.delete({ where: { id } })).rejects.toThrow()
    await expect(db.auditEvent.deleteMany({})).rejects.toThrow()
    await expect(db.$executeRaw`TRUNCATE audit_events`).rejects.toThrow(/append-only/)
    await expect(db.$executeRaw`DELETE FROM audit_events WHERE false`).rejects.toThrow(/append-only/)
    expect(await db.auditEvent.findMany()).toEqual(written)
  })

  test('it tells who, organization, what, result, address and request, newest first, to its own organization alone', async () => {
    const { prisma: db } = await open()
    const house = { db, clock: systemClock, random: systemRandom }
    const target = { type: 'tenant', id: 'ten_1', name: 'Acme' }
    await recordAuditEvent(house, actor, { action: 'tenant.created', target, tenant: 'acme' })
    await recordAuditEvent(house, actor, {
      action: 'tenant.updated',
      target,
      tenant: 'acme',
      before: { name: 'A' },
      after: { name: 'B' },
    })
    await recordAuditEvent(house, { ...actor, organizationId: 'org_2' }, { action: 'tenant.deleted', target })
    const { data } = await listAuditEvents({ db }, actor, {})
    expect(data.map(({ action }) => action)).toEqual(['tenant.updated', 'tenant.created'])
    expect(data[0]).toMatchObject({
      organizationId: 'org_1',
      actorType: 'member',
      actorId: 'mem_1',
      actorName: 'Owner',
      targetId: 'ten_1',
      tenant: 'acme',
      result: 'success',
      before: { name: 'A' },
      after: { name: 'B' },
      address: '192.0.2.1',
      requestId: 'request-1',
    })
    expect((await listAuditEvents({ db }, actor, { query: 'CREATED' })).data).toHaveLength(1)
    expect((await listAuditEvents({ db }, actor, { query: '%' })).data).toHaveLength(0)
  })
})
