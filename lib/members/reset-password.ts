import { setTimeout as pause } from 'node:timers/promises'
import { recordAuditEvent } from '../audit/record-audit-event.ts'
import { clientNetwork } from '../base/client-network.ts'
import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintToken } from '../base/ids.ts'
import { issuerOf } from '../base/issuer.ts'
import type { House } from '../house.ts'
import { queueMail } from '../mail/mail.ts'
import { hashPassword } from '../passwords/password.ts'
import {
  deleteAccountTokensOf,
  findAccountToken,
  insertAccountToken,
  takeAccountToken,
} from '../store/account-tokens.ts'
import {
  findMember,
  findMemberByEmail,
  type MemberRecord,
  revokeMemberSessions,
  setMemberPassword,
} from '../store/members.ts'
import { loadOrganization } from '../store/organizations.ts'
import { countAttempt } from '../store/rate-limits.ts'
import { mayHavePassword } from './invitation.ts'
import { targetOf } from './member.ts'
import { type MemberVisit, visitorOf } from './member-visit.ts'

/** The link works so long, in seconds. */
const resetSeconds = 1800

/** So many links are asked for, for one account and from one network (IPv6: per /64), before more are refused. */
const perAccount = { tries: 3, windowSeconds: 900 }
const perNetwork = { tries: 20, windowSeconds: 3600 }

/** The answer takes so long at least: how long the work takes would tell whether there is such a member. */
const answerMilliseconds = 300

type Parts = Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'config'>
type Door = Omit<MemberVisit, 'userAgent'>

/**
 * Sends a link to choose a new password, if there is such a member and members may have one. Whoever asks learns
 * nothing. Throws `rate_limited`.
 */
export async function requestPasswordReset(house: Parts, input: Door & { email: string }): Promise<void> {
  const email = input.email.trim().toLowerCase().replaceAll('\u0000', '').slice(0, 320)
  await countRequest(house, input, email)
  await Promise.all([sendLink(house, input.organizationId, email), pause(answerMilliseconds)])
}

/** Whose link it is, for the page; null when it was used or is too old. */
export async function findPasswordReset(
  house: Pick<House, 'db' | 'clock'>,
  input: { organizationId: string; token: string },
): Promise<{ email: string } | null> {
  const row = await findAccountToken(house.db, whichOf(input), house.clock.now())
  const member = await findAllowed(house, input.organizationId, row?.subjectId ?? null)
  return member && { email: member.email }
}

/** Sets the new password and ends all sessions. Throws `not_found` when the link is worth nothing (any more). */
export async function resetPassword(
  house: Parts,
  input: Door & { token: string; password: string },
): Promise<void> {
  const { organizationId } = input
  // First, so that a link that was made up costs no hashing.
  if (!(await findPasswordReset(house, input))) throw linkOver()
  const passwordHash = await hashPassword(input.password)
  const now = house.clock.now()
  const taken = await takeAccountToken(house.db, whichOf(input), now)
  const member = await findAllowed(house, organizationId, taken?.subjectId ?? null)
  if (!member) throw linkOver()
  await setMemberPassword(house.db, organizationId, member.id, passwordHash)
  await deleteAccountTokensOf(house.db, {
    organizationId,
    subjectId: member.id,
    purposes: ['member-reset-password', 'member-second-step'],
  })
  await revokeMemberSessions(house.db, organizationId, member.id, { exceptId: null }, now)
  await recordAuditEvent(house, visitorOf(input, member), {
    action: 'member.password-reset',
    target: targetOf(member),
  })
}

async function countRequest(house: Pick<House, 'db' | 'clock'>, door: Door, email: string): Promise<void> {
  const keys = [
    { key: `member-reset:network:${clientNetwork(door.address)}`, ...perNetwork },
    { key: `member-reset:account:${door.organizationId}:${email}`, ...perAccount },
  ]
  for (const { key, tries, windowSeconds } of keys) {
    const { count } = await countAttempt(house.db, key, windowSeconds, house.clock.now())
    if (count > tries)
      throw new VestibuleError(
        'rate_limited',
        'A link was asked for several times. Wait a while, then try again.',
      )
  }
}

async function sendLink(house: Parts, organizationId: string, email: string): Promise<void> {
  const found = await findMemberByEmail(house.db, organizationId, email)
  const member = await findAllowed(house, organizationId, found?.id ?? null)
  if (!member) return
  const token = mintToken(house.random)
  const now = house.clock.now()
  await insertAccountToken(house.db, {
    ...whichOf({ organizationId, token }),
    subjectId: member.id,
    email: member.email,
    data: {},
    createdAt: now,
    expiresAt: secondsAfter(now, resetSeconds),
  })
  const { name, host } = await loadOrganization(house.db, organizationId)
  await queueMail(house, organizationId, {
    to: member.email,
    subject: 'Choose a new password for the portal',
    body: {
      title: 'Choose a new password',
      paragraphs: [
        `For the portal of ${name}. The link works once, and for half an hour.`,
        'If you did not ask for it, do nothing: your password stays as it is.',
      ],
      action: {
        label: 'Choose a new password',
        url: `${issuerOf(house.config.secure, host)}/sign-in/reset?token=${token}`,
      },
      because: 'You get this because somebody entered your address where a password is forgotten.',
    },
  })
}

/** The active member, where they may have a password. */
async function findAllowed(
  house: Pick<House, 'db'>,
  organizationId: string,
  id: string | null,
): Promise<MemberRecord | null> {
  const member = id === null ? null : await findMember(house.db, organizationId, id)
  if (member?.status !== 'active') return null
  return mayHavePassword(await loadOrganization(house.db, organizationId), member.role) ? member : null
}

function whichOf({ organizationId, token }: { organizationId: string; token: string }) {
  return { organizationId, purpose: 'member-reset-password' as const, tokenHash: sha256(token) }
}

function linkOver(): VestibuleError {
  return new VestibuleError('not_found', 'This link was used, or is too old. Ask for another one.')
}
