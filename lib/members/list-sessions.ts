import type { Actor } from '../base/actor.ts'
import { secondsAfter } from '../base/clock.ts'
import type { House } from '../house.ts'
import { listLiveMemberSessions, type MemberSessionRecord } from '../store/members.ts'
import { idleSessionSeconds } from './member-session.ts'

/** The actor's own open portal sessions, last seen first. */
export function listSessions(
  house: Pick<House, 'db' | 'clock'>,
  actor: Actor,
): Promise<MemberSessionRecord[]> {
  const now = house.clock.now()
  const idleSince = secondsAfter(now, -idleSessionSeconds)
  return listLiveMemberSessions(house.db, actor.organizationId, actor.id, now, idleSince)
}
