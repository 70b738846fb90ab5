import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { verifyPassword } from '../passwords/password.ts'
import { findMember } from '../store/members.ts'
import { countAttempt, takeBackAttempt } from '../store/rate-limits.ts'

/**
 * Asks for the actor's own password once more, before what a stolen session must not do. Who has none is not asked.
 * Guesses are limited. Throws `validation_failed` at `path`, `rate_limited`.
 */
export async function checkOwnPassword(
  house: Pick<House, 'db' | 'clock'>,
  actor: Actor,
  password: string,
  path: string,
): Promise<void> {
  const member = await findMember(house.db, actor.organizationId, actor.id)
  if (member?.passwordHash === null) return
  const key = `own-password:${actor.id}`
  const { count } = await countAttempt(house.db, key, 600, house.clock.now())
  if (count > 10)
    throw new VestibuleError('rate_limited', 'Too many tries. Wait a few minutes, then try again.')
  if (await verifyPassword(member?.passwordHash ?? null, password)) return takeBackAttempt(house.db, key)
  const fields = [{ path, message: 'This is not your current password.' }]
  throw new VestibuleError('validation_failed', 'This is not your current password.', { fields })
}
