import { secondsAfter } from '../base/clock.ts'
import { equalsConstantTime, sha256 } from '../base/encoding.ts'
import type { House } from '../house.ts'
import { findSession } from '../sessions/find-session.ts'
import { readSessionCookie } from '../sessions/session-cookie.ts'
import type { SessionRecord } from '../store/sessions.ts'
import { type AccountUser, findAccountUser } from '../store/user-accounts.ts'

/** Changes to how somebody signs in need a sign-in that is no older than this; in seconds. */
export const freshSeconds = 600

/** Who looks after their account in this browser. */
export type OwnSession = {
  session: SessionRecord
  /** Null: not in the directory, known to their identity provider alone. */
  user: AccountUser | null
  /** What the forms of the page hold, so that no other site can post them. */
  proof: string
  /** Whether they have signed in recently enough to change how they do. */
  fresh: boolean
  /** Whether there is something to change here: they sign in without an identity provider. */
  hasOwnSignIn: boolean
}

/** Null when nobody is signed in. */
export async function findOwnSession(
  house: Pick<House, 'db' | 'clock' | 'config'>,
  site: { id: string },
  cookies: ReadonlyMap<string, string>,
): Promise<OwnSession | null> {
  const cookie = readSessionCookie(house.config.secure, cookies)
  const session = await findSession(house, site, cookies)
  if (cookie === null || !session) return null
  const user = session.userId === null ? null : await findAccountUser(house.db, site.id, session.userId)
  // How old a sign-in at an identity provider is, it alone knows; it opens nothing of ours.
  const isOurs = session.connectionId === null
  return {
    session,
    user,
    proof: sha256(`account\n${cookie}`),
    fresh: isOurs && session.authenticatedAt > secondsAfter(house.clock.now(), -freshSeconds),
    hasOwnSignIn: user?.passwordHash != null && user.mayUsePassword,
  }
}

/** Whether a form that was posted is of this browser's own page. */
export function isOwnForm(own: OwnSession, proof: string): boolean {
  return equalsConstantTime(own.proof, proof)
}
