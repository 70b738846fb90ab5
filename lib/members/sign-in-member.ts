import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { secondsAfter } from '../base/clock.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import { verifyPassword } from '../passwords/password.ts'
import { checkSignInLimits, forgiveSignIn, type SignInAttempt } from '../passwords/sign-in-limits.ts'
import {
  findMemberByEmail,
  insertMemberSession,
  type MemberRecord,
  recordMemberSignIn,
} from '../store/members.ts'
import { absoluteSessionSeconds } from './member-session.ts'

/**
 * The members room: the organization's own people who sign in to the portal. Owns their passwords and sessions;
 * must not know pages or next-auth.
 */
export type SignInInput = {
  organizationId: string
  email: string
  password: string
  address: string
  userAgent: string
  requestId: string
}

export type MemberSession = {
  sessionId: string
  memberId: string
  email: string
  name: string
  role: MemberRecord['role']
}

/**
 * Checks the password and opens a session. Throws `unauthorized` with one text for every cause, and
 * `rate_limited`; both are audited.
 */
export async function signInMember(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  input: SignInInput,
): Promise<MemberSession> {
  const email = input.email.trim().toLowerCase().replaceAll('\u0000', '').slice(0, 320)
  const { organizationId, address } = input
  const attempt: SignInAttempt = { door: 'member-sign-in', organizationId, account: email, address }
  await checkSignInLimits(house, attempt, () =>
    recordAuditEvent(house, toActor(input, null, email), {
      action: 'member.signed-in',
      target: { type: 'member', id: '', name: email },
      result: 'failure',
      reason: 'too many tries',
    }),
  )
  const member = await findMemberByEmail(house.db, input.organizationId, email)
  const fits = await verifyPassword(member?.passwordHash ?? null, input.password)
  const actor = toActor(input, member, email)
  const target = { type: 'member', id: member?.id ?? '', name: email }
  if (!member || !fits) {
    await recordAuditEvent(house, actor, {
      action: 'member.signed-in',
      target,
      result: 'failure',
      reason: 'wrong e-mail or password',
    })
    throw new VestibuleError('unauthorized', 'This e-mail address and password do not belong together.')
  }
  await forgiveSignIn(house, attempt, { forgetFailures: true })
  const session = await openSession(house, input, member)
  await recordAuditEvent(house, actor, { action: 'member.signed-in', target })
  return session
}

async function openSession(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  input: SignInInput,
  member: MemberRecord,
): Promise<MemberSession> {
  const now = house.clock.now()
  const sessionId = mintId('ses', now, house.random)
  await insertMemberSession(house.db, {
    id: sessionId,
    organizationId: input.organizationId,
    memberId: member.id,
    address: input.address,
    userAgent: input.userAgent,
    createdAt: now,
    lastSeenAt: now,
    expiresAt: secondsAfter(now, absoluteSessionSeconds),
  })
  await recordMemberSignIn(house.db, input.organizationId, member.id, now)
  return { sessionId, memberId: member.id, email: member.email, name: member.name, role: member.role }
}

function toActor(input: SignInInput, member: MemberRecord | null, email: string): Actor {
  return {
    type: 'member',
    id: member?.id ?? '',
    name: member?.name ?? email,
    role: member?.role ?? 'viewer',
    organizationId: input.organizationId,
    address: input.address,
    requestId: input.requestId,
  }
}
