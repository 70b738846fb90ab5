import { recordAuditEvent } from '../audit/record-audit-event.ts'
import { secondsAfter } from '../base/clock.ts'
import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import { insertMemberSession, type MemberRecord, recordMemberSignIn } from '../store/members.ts'
import { targetOf } from './member.ts'
import { absoluteSessionSeconds } from './member-session.ts'
import { type MemberVisit, visitorOf } from './member-visit.ts'

export type MemberSession = {
  sessionId: string
  memberId: string
  email: string
  name: string
  role: MemberRecord['role']
}

/** Opens the portal session of a member who has shown who they are, and says so in the audit log. `how`: what they showed. */
export async function openMemberSession(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  visit: MemberVisit,
  member: MemberRecord,
  how: { action?: 'member.signed-in' | 'member.signed-in-by-break-glass'; by: string },
): Promise<MemberSession> {
  const now = house.clock.now()
  const sessionId = mintId('ses', now, house.random)
  await insertMemberSession(house.db, {
    id: sessionId,
    organizationId: visit.organizationId,
    memberId: member.id,
    address: visit.address,
    userAgent: visit.userAgent,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: secondsAfter(now, absoluteSessionSeconds),
  })
  await recordMemberSignIn(house.db, visit.organizationId, member.id, now)
  await recordAuditEvent(house, visitorOf(visit, member), {
    action: how.action ?? 'member.signed-in',
    target: targetOf(member),
    after: { by: how.by },
  })
  const { id: memberId, email, name, role } = member
  return { sessionId, memberId, email, name, role }
}
