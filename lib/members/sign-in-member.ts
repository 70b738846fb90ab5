import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { clientNetwork } from '../base/client-network.ts'
import { secondsAfter } from '../base/clock.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import {
  findMemberByEmail,
  insertMemberSession,
  type MemberRecord,
  recordMemberSignIn,
} from '../store/members.ts'
import { clearAttempts, countAttempt } from '../store/rate-limits.ts'
import { absoluteSessionSeconds } from './member-session.ts'
import { verifyPassword } from './password.ts'

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

/** Tries in ten minutes per account, and in one minute per address (IPv6: per /64), before further ones are refused unread. */
const perAccount = { tries: 10, windowSeconds: 600 }
const perAddress = { tries: 100, windowSeconds: 60 }

/**
 * Checks the password and opens a session. Throws `unauthorized` with one text for every cause, and
 * `rate_limited`; both are audited.
 */
export async function signInMember(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  input: SignInInput,
): Promise<MemberSession> {
  const email = input.email.trim().toLowerCase().replaceAll('\u0000', '').slice(0, 320)
  await checkAttempts(house, input, email)
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
  await clearAttempts(house.db, accountKey(input.organizationId, email))
  const session = await openSession(house, input, member)
  await recordAuditEvent(house, actor, { action: 'member.signed-in', target })
  return session
}

function accountKey(organizationId: string, email: string): string {
  return `member-sign-in:account:${organizationId}:${email}`
}

/**
 * The address first, so that one that has used up its tries cannot lock further accounts. The first refusal of a window
 * is audited, not each: the log only grows, and strangers must not fill it.
 */
async function checkAttempts(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  input: SignInInput,
  email: string,
): Promise<void> {
  const now = house.clock.now()
  const keys = [
    { key: `member-sign-in:address:${clientNetwork(input.address)}`, ...perAddress },
    { key: accountKey(input.organizationId, email), ...perAccount },
  ]
  for (const { key, tries, windowSeconds } of keys) {
    const { count, resetAt } = await countAttempt(house.db, key, windowSeconds, now)
    if (count <= tries) continue
    if (count === tries + 1) {
      await recordAuditEvent(house, toActor(input, null, email), {
        action: 'member.signed-in',
        target: { type: 'member', id: '', name: email },
        result: 'failure',
        reason: 'too many tries',
      })
    }
    const retryAfterSeconds = Math.max(1, Math.ceil((resetAt.getTime() - now.getTime()) / 1000))
    throw new VestibuleError('rate_limited', 'Too many tries. Wait a few minutes, then try again.', {
      retryAfterSeconds,
    })
  }
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
