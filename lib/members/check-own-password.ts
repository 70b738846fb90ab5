import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { verifyPassword } from '../passwords/password.ts'
import { findMember } from '../store/members.ts'
import { countAttempt } from '../store/rate-limits.ts'

/**
 * Asks for the actor's own password once more, before what a stolen session must not do. Who has none is not asked.
 * Throws `validation_failed` at `path`, `rate_limited`.
 */
export async function checkOwnPassword(
  house: Pick<House, 'db' | 'clock'>,
  actor: Actor,
  password: string,
  path: string,
): Promise<void> {
  const { count } = await countAttempt(house.db, `own-password:${actor.id}`, 600, house.clock.now())
  if (count > 10)
    throw new VestibuleError('rate_limited', 'Too many tries. Wait a few minutes, then try again.')
  const member = await findMember(house.db, actor.organizationId, actor.id)
  if (member && member.passwordHash === null) return
  if (await verifyPassword(member?.passwordHash ?? null, password)) return
  const fields = [{ path, message: 'This is not your current password.' }]
  throw new VestibuleError('validation_failed', 'This is not your current password.', { fields })
}
