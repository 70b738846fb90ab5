import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { deleteApplicationRecord } from '../store/applications.ts'
import { auditableApplication, loadApplicationRecord } from './application.ts'

/** Deletes an application; its codes and tokens end at once, its product stays. Throws `not_found`. */
export async function deleteApplication(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { application: string },
): Promise<void> {
  checkRole(actor, 'admin')
  const row = await loadApplicationRecord(house, actor.organizationId, input.application)
  const deleted = await deleteApplicationRecord(house.db, actor.organizationId, row.id)
  if (!deleted) throw new VestibuleError('not_found', 'There is no such application.')
  await recordAuditEvent(house, actor, {
    action: 'application.deleted',
    target: { type: 'application', id: row.id, name: row.name },
    before: auditableApplication(row),
  })
}
