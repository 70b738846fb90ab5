import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import type { House } from '../house.ts'
import { findLiveSession, type SessionRecord, touchSession } from '../store/sessions.ts'
import { readSessionCookie } from './session-cookie.ts'

/** The last sighting is written at most this often. */
const touchEverySeconds = 60

/**
 * The session this browser holds, or null: none, ended, past the limits of the organization, of another organization,
 * or of a connection or user that may not sign in any more. Finding it is a sighting.
 */
export async function findSession(
  house: Pick<House, 'db' | 'clock' | 'config'>,
  site: { id: string },
  cookies: ReadonlyMap<string, string>,
): Promise<SessionRecord | null> {
  const value = readSessionCookie(house.config.secure, cookies)
  if (value === null) return null
  const now = house.clock.now()
  const session = await findLiveSession(house.db, site.id, sha256(value), now)
  if (session && session.lastSeenAt <= secondsAfter(now, -touchEverySeconds))
    await touchSession(house.db, session.id, now)
  return session
}
