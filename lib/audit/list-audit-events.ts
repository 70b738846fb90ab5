import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { type AuditEventRecord, listAuditEventRecords } from '../store/audit-events.ts'
import type { Page } from '../store/db.ts'

/** Audit events of the organization, newest first. `query` looks into action, actor and target. */
export function listAuditEvents(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { query?: string; tenant?: string; cursor?: string; limit?: number },
): Promise<Page<AuditEventRecord>> {
  checkRole(actor, 'viewer')
  return listAuditEventRecords(house.db, actor.organizationId, { ...input, limit: input.limit ?? 50 })
}
