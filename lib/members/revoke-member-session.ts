import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import type { House } from '../house.ts'
import { revokeMemberSessions } from '../store/members.ts'

/** Ends one of the actor's own sessions, or all but one. Returns how many ended. */
export async function revokeMemberSession(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  which: { id: string } | { exceptId: string | null },
): Promise<number> {
  const count = await revokeMemberSessions(house.db, actor.organizationId, actor.id, which, house.clock.now())
  if (count > 0) {
    await recordAuditEvent(house, actor, {
      action: 'member.session-ended',
      target: { type: 'member', id: actor.id, name: actor.name },
      after: { sessions: count },
    })
  }
  return count
}
