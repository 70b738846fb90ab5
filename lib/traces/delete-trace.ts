import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { deleteTrace as deleteRecord } from '../store/traces.ts'

/** Deletes a trace; that there was none is no error. */
export async function deleteTrace(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { id: string },
): Promise<void> {
  checkRole(actor, 'admin')
  if (!(await deleteRecord(house.db, actor.organizationId, input.id))) return
  await recordAuditEvent(house, actor, {
    action: 'trace.deleted',
    target: { type: 'trace', id: input.id, name: input.id },
  })
}
