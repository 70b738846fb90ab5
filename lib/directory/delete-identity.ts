import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { endSessionsThrough, takeIdentity } from '../store/identities.ts'
import { loadUserRecord } from './user.ts'

/**
 * Unlinks a user from who they are at a connection: the next sign-in there is matched anew. Sessions that came through
 * that connection end at once, with what was granted in them. Throws `not_found`, the second time as well.
 */
export async function deleteIdentity(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { user: string; identity: string },
): Promise<void> {
  checkRole(actor, 'admin')
  const { organizationId } = actor
  const user = await loadUserRecord(house, organizationId, input.user)
  // First the link, then what came through it: who signs in meanwhile is not let in by it any more.
  const taken = await takeIdentity(house.db, organizationId, user.id, input.identity)
  if (!taken) throw new VestibuleError('not_found', `The user has no identity "${input.identity}".`)
  const { connectionId, connectionName, subject } = taken
  const which = { userId: user.id, connectionId }
  const sessionsEnded = await endSessionsThrough(house.db, organizationId, which, house.clock.now())
  await recordAuditEvent(house, actor, {
    action: 'user.identity-unlinked',
    target: { type: 'user', id: user.id, name: user.email },
    tenant: user.tenant,
    before: { connection: connectionName, subject },
    after: { sessionsEnded },
  })
}
