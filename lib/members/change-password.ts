import type { z } from 'zod'
import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { hashPassword, verifyPassword } from '../passwords/password.ts'
import { findMember, revokeMemberSessions, setMemberPassword } from '../store/members.ts'
import { countAttempt } from '../store/rate-limits.ts'
import type { changePasswordSchema } from './password-input.ts'

/** Changes the actor's own password and ends all other sessions. Throws `validation_failed`, `rate_limited`. */
export async function changePassword(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor & { sessionId: string },
  input: z.output<typeof changePasswordSchema>,
): Promise<void> {
  const { count } = await countAttempt(house.db, `change-password:${actor.id}`, 600, house.clock.now())
  if (count > 10)
    throw new VestibuleError('rate_limited', 'Too many tries. Wait a few minutes, then try again.')
  const member = await findMember(house.db, actor.organizationId, actor.id)
  if (!(await verifyPassword(member?.passwordHash ?? null, input.current))) {
    const fields = [{ path: 'current', message: 'This is not your current password.' }]
    throw new VestibuleError('validation_failed', 'This is not your current password.', { fields })
  }
  await setMemberPassword(house.db, actor.organizationId, actor.id, await hashPassword(input.next))
  await revokeMemberSessions(
    house.db,
    actor.organizationId,
    actor.id,
    { exceptId: actor.sessionId },
    house.clock.now(),
  )
  await recordAuditEvent(house, actor, {
    action: 'member.password-changed',
    target: { type: 'member', id: actor.id, name: actor.name },
  })
}
