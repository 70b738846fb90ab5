import type { House } from '../house.ts'
import { tellApplicationsSoon } from '../sessions/tell-applications.ts'
import { endSessions, type SessionRecord } from '../store/sessions.ts'
import type { AccountUser } from '../store/user-accounts.ts'
import { endEverythingOf } from '../store/users.ts'
import { recordOwnChange } from './account-actor.ts'
import { tellPerson } from './security-mail.ts'

type Origin = { address: string; userAgent: string; requestId: string }

/**
 * Ends all sessions of the person, this one too, and every refresh token and grant. For somebody who is not in the
 * directory: all sessions of the same person at the same identity provider.
 */
export async function signOutEverywhere(
  house: House,
  { user, session }: { user: AccountUser | null; session: SessionRecord },
  origin: Origin,
): Promise<void> {
  const now = house.clock.now()
  const { organizationId, connectionId, upstreamSubject } = session
  if (user) await endEverythingOf(house.db, organizationId, user.id, now)
  else if (connectionId !== null && upstreamSubject !== null)
    await endSessions(house.db, organizationId, { connectionId, upstreamSubject }, now)
  else await endSessions(house.db, organizationId, { ids: [session.id] }, now)
  tellApplicationsSoon(house)
  if (!user) return
  await recordOwnChange(house, user, origin, { action: 'user.signed-out-everywhere' })
  await tellPerson(house, user, { title: 'You were signed out everywhere' }, origin)
}
