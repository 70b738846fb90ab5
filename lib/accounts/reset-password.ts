import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { hashPassword } from '../passwords/password.ts'
import { passwordChosenBy } from '../passwords/password-rules.ts'
import { tellApplicationsSoon } from '../sessions/tell-applications.ts'
import {
  type AccountTokenRecord,
  deleteAccountTokensOf,
  findAccountToken,
  takeAccountToken,
} from '../store/account-tokens.ts'
import { type AccountUser, findAccountUser, replaceUserPassword } from '../store/user-accounts.ts'
import { endEverythingOf } from '../store/users.ts'
import { recordOwnChange } from './account-actor.ts'
import { tellPerson } from './security-mail.ts'

type Origin = { address: string; userAgent: string; requestId: string }

/**
 * Whose password a link of a mail is for. Throws `invalid_request`, for a page, when it is over: used, older than half
 * an hour, replaced by a newer one, or the user may have no password any more.
 */
export async function loadReset(
  house: Pick<House, 'db' | 'clock'>,
  site: { id: string },
  token: string,
): Promise<AccountUser> {
  return loadUser(house, await findAccountToken(house.db, whichOf(site, token), house.clock.now()))
}

/**
 * Gives the user the new password, by a link that works once, and ends everything that was opened with the old one: all
 * sessions, refresh tokens, sign-ins half made. Second factors stay. Throws `invalid_request` as above, and
 * `validation_failed` for a password that is none, which leaves the link as it was.
 */
export async function resetPassword(
  house: House,
  site: { id: string; name: string },
  input: { token: string; password: string; origin: Origin },
): Promise<void> {
  const password = checkChosenPassword(input.password, await loadReset(house, site, input.token), site)
  const passwordHash = await hashPassword(password)
  const now = house.clock.now()
  const user = await loadUser(house, await takeAccountToken(house.db, whichOf(site, input.token), now))
  const change = { passwordHash, provenEmail: user.email, at: now }
  if (!(await replaceUserPassword(house.db, { ...user, passwordHash: user.passwordHash ?? '' }, change)))
    throw resetIsOver()
  await endEverythingOf(house.db, site.id, user.id, now)
  tellApplicationsSoon(house)
  await forgetSteps(house, user)
  await recordOwnChange(house, user, input.origin, { action: 'user.password-reset' })
  const said = {
    title: 'Your password was changed',
    paragraphs: ['It was done by a link in a mail to you. You are signed out everywhere.'],
  }
  await tellPerson(house, user, said, input.origin)
}

/** What was begun with the old password leads nowhere any more. */
export function forgetSteps(
  { db }: Pick<House, 'db'>,
  { organizationId, id }: { organizationId: string; id: string },
): Promise<void> {
  const purposes = ['reset-password' as const, 'second-step' as const]
  return deleteAccountTokensOf(db, { organizationId, subjectId: id, purposes })
}

/** Throws `validation_failed` with what a password of theirs must be. */
export function checkChosenPassword(given: string, user: AccountUser, site: { name: string }): string {
  const { firstName, lastName, email, username, ssoUsername, tenantName } = user
  const known = [firstName, lastName, email, username, ssoUsername, tenantName, site.name]
  const parsed = passwordChosenBy(known.filter((one) => one !== null)).safeParse(given)
  if (parsed.success) return parsed.data
  const { message } = parsed.error.issues[0]!
  throw new VestibuleError('validation_failed', `${message}, please.`, {
    fields: [{ path: 'password', message }],
  })
}

async function loadUser(house: Pick<House, 'db'>, token: AccountTokenRecord | null): Promise<AccountUser> {
  if (!token?.subjectId) throw resetIsOver()
  const user = await findAccountUser(house.db, token.organizationId, token.subjectId)
  const { passwordMark } = token.data as { passwordMark: string }
  const same = user?.email === token.email && sha256(user.passwordHash ?? '') === passwordMark
  const may = user?.status === 'active' && user.mayUsePassword && !user.emailUnproven
  if (!user || !same || !may) throw resetIsOver()
  return user
}

function whichOf(site: { id: string }, token: string) {
  return { organizationId: site.id, purpose: 'reset-password' as const, tokenHash: sha256(token) }
}

function resetIsOver(): VestibuleError {
  return new VestibuleError(
    'invalid_request',
    'This link has been used, is older than 30 minutes, or a newer one was sent. Ask for another one where you sign in: “Forgot your password?”',
    { title: 'This link is over' },
  )
}
