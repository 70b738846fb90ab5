import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { hashPassword, verifyPassword } from '../passwords/password.ts'
import { tellApplicationsSoon } from '../sessions/tell-applications.ts'
import { clearAttempts, countAttempt } from '../store/rate-limits.ts'
import { type AccountUser, endEverythingBut, replaceUserPassword } from '../store/user-accounts.ts'
import { recordOwnChange } from './account-actor.ts'
import { checkChosenPassword, forgetSteps } from './reset-password.ts'
import { tellPerson } from './security-mail.ts'

/** So many old passwords may be tried in ten minutes by whoever sits at somebody's open page. */
const tries = 10
const windowSeconds = 600

/**
 * Changes the person's own password. Every other session ends, with what was granted there. Throws `validation_failed`,
 * with the field, and `rate_limited`.
 */
export async function changeOwnPassword(
  house: House,
  site: { name: string },
  { user, sessionId }: { user: AccountUser; sessionId: string },
  input: {
    current: string
    next: string
    origin: { address: string; userAgent: string; requestId: string }
  },
): Promise<void> {
  const next = checkChosenPassword(input.next, user, site)
  const key = `change-password:${user.id}`
  const now = house.clock.now()
  const { count } = await countAttempt(house.db, key, windowSeconds, now)
  if (count > tries)
    throw new VestibuleError('rate_limited', 'Too many tries. Wait a few minutes, then try again.')
  if (!(await verifyPassword(user.passwordHash, input.current)))
    throw new VestibuleError('validation_failed', 'This is not your current password.', {
      fields: [{ path: 'current', message: 'Not your current password' }],
    })
  await clearAttempts(house.db, key)
  const change = { passwordHash: await hashPassword(next), provenEmail: null, at: now }
  if (!(await replaceUserPassword(house.db, { ...user, passwordHash: user.passwordHash ?? '' }, change)))
    throw new VestibuleError('conflict', 'The password was changed at the same moment. Look again.')
  await endEverythingBut(house.db, user.organizationId, { userId: user.id, sessionId }, now)
  tellApplicationsSoon(house)
  await forgetSteps(house, user)
  await recordOwnChange(house, user, input.origin, { action: 'user.password-changed' })
  const said = {
    title: 'Your password was changed',
    paragraphs: ['It was done on your account page. You are signed out everywhere else.'],
  }
  await tellPerson(house, user, said, input.origin)
}
