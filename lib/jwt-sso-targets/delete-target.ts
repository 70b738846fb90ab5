import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { deleteJwtSsoTargetRecord } from '../store/jwt-sso-targets.ts'
import { auditableTarget, auditTargetOf, loadTargetRecord, notFound } from './target.ts'

/** Deletes a target with its secret; whoever is on the way there sees a page that says so. Throws `not_found`. */
export async function deleteTarget(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { target: string },
): Promise<void> {
  checkRole(actor, 'admin')
  const row = await loadTargetRecord(house, actor.organizationId, input.target)
  if (!(await deleteJwtSsoTargetRecord(house.db, actor.organizationId, row.id))) throw notFound()
  await recordAuditEvent(house, actor, {
    action: 'jwt-sso-target.deleted',
    target: auditTargetOf(row),
    ...(row.tenant && { tenant: row.tenant }),
    before: auditableTarget(row),
  })
}
