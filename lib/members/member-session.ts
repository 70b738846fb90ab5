import type { Actor } from '../base/actor.ts'
import { secondsAfter } from '../base/clock.ts'
import type { House } from '../house.ts'
import { findLiveMemberSession, touchMemberSession } from '../store/members.ts'

/** A portal session ends after twelve hours, or after two hours without a request. */
export const absoluteSessionSeconds = 12 * 3600
export const idleSessionSeconds = 2 * 3600

/** The last sighting is written at most this often. */
const touchEverySeconds = 60

/** The actor behind a session id, or null when the session was revoked, is over, or belongs to another organization. */
export async function loadMemberSession(
  house: Pick<House, 'db' | 'clock'>,
  input: { sessionId: string; organizationId: string; address: string; requestId: string },
): Promise<(Actor & { sessionId: string; email: string }) | null> {
  const now = house.clock.now()
  const session = await findLiveMemberSession(house.db, input.organizationId, input.sessionId, now)
  if (!session || session.lastSeenAt < secondsAfter(now, -idleSessionSeconds)) return null
  if (session.lastSeenAt < secondsAfter(now, -touchEverySeconds))
    await touchMemberSession(house.db, session.id, now)
  const { member } = session
  return {
    type: 'member',
    id: member.id,
    name: member.name,
    email: member.email,
    role: member.role,
    organizationId: input.organizationId,
    address: input.address,
    requestId: input.requestId,
    sessionId: session.id,
  }
}
