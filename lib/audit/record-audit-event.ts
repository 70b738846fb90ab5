import type { Actor } from '../base/actor.ts'
import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import { insertAuditEvent } from '../store/audit-events.ts'
import type { Json } from '../store/db.ts'

/**
 * The audit room: who did what to which object, with what result. Append-only; the database refuses anything else.
 * Must never be given a secret: callers pass `before` and `after` as what an admin may read.
 */
export type AuditEntry = {
  /** `<object>.<verb in the past>`, such as `connection.created`. */
  action: string
  target: { type: string; id: string; name: string }
  tenant?: string
  before?: Json
  after?: Json
  /** Default `success`. */
  result?: 'success' | 'failure'
  reason?: string
}

export async function recordAuditEvent(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  entry: AuditEntry,
): Promise<void> {
  const at = house.clock.now()
  await insertAuditEvent(house.db, {
    id: mintId('aud', at, house.random),
    organizationId: actor.organizationId,
    actorType: actor.type,
    actorId: actor.id,
    actorName: actor.name,
    action: entry.action,
    targetType: entry.target.type,
    targetId: entry.target.id,
    targetName: entry.target.name,
    tenant: entry.tenant ?? null,
    result: entry.result ?? 'success',
    reason: entry.reason ?? null,
    before: entry.before,
    after: entry.after,
    address: actor.address,
    requestId: actor.requestId,
    at,
  })
}
