import { recordAuditEvent } from '../../audit/record-audit-event.ts'
import { systemActor } from '../../base/actor.ts'
import { VestibuleError } from '../../base/errors.ts'
import type { House } from '../../house.ts'
import { type ConnectionRecord, settleUpstreamEntity } from '../../store/connections.ts'

/**
 * An imported connection may not know the entity ID of its identity provider. The certificate does: whoever signs with it
 * is who is meant, and the first answer it signed for us says the name. From then on no other name counts. Returns the
 * one that does: of two first sign-ins at once, one is first. Throws `not_found` when the connection is gone.
 */
export async function settleEntityId(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  { id, organizationId, name, upstreamId, tenant }: ConnectionRecord,
  entityId: string,
): Promise<string> {
  const settled = await settleUpstreamEntity(house.db, organizationId, id, entityId)
  if (!settled) throw new VestibuleError('not_found', 'There is no such connection.')
  if (settled.settledNow)
    await recordAuditEvent(house, systemActor(organizationId), {
      action: 'connection.entity-id-learnt',
      target: { type: 'connection', id, name: name ?? upstreamId },
      tenant,
      after: { entityId },
    })
  return settled.entityId
}
