import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { deleteUserRecord, endEverythingOf } from '../store/users.ts'
import { auditableUser, loadUserRecord } from './user.ts'

/** Deletes a user; sessions, codes and tokens end at once. Throws `not_found`. */
export async function deleteUser(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { user: string },
): Promise<void> {
  checkRole(actor, 'admin')
  const user = await loadUserRecord(house, actor.organizationId, input.user)
  await endEverythingOf(house.db, actor.organizationId, user.id, house.clock.now())
  const deleted = await deleteUserRecord(house.db, actor.organizationId, user.id)
  if (!deleted) throw new VestibuleError('not_found', `There is no user "${input.user}".`)
  await recordAuditEvent(house, actor, {
    action: 'user.deleted',
    target: { type: 'user', id: user.id, name: user.email },
    tenant: user.tenant,
    before: auditableUser(user),
  })
}
