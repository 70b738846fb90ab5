import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import { recordAuditEvent } from '../audit/record-audit-event.ts'
import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { isVestibuleError, VestibuleError } from '../base/errors.ts'
import { mintToken } from '../base/ids.ts'
import type { House } from '../house.ts'
import { type FactorSite, listFactors } from '../second-factor/second-factor.ts'
import { verifyCode } from '../second-factor/verify-code.ts'
import { beginPasskeyVerification, finishPasskeyVerification } from '../second-factor/verify-passkey.ts'
import { findAccountToken, insertAccountToken, takeAccountToken } from '../store/account-tokens.ts'
import { findMember, type MemberRecord } from '../store/members.ts'
import { loadOrganization } from '../store/organizations.ts'
import { openByPassword, ssoRequired } from './break-glass.ts'
import { targetOf } from './member.ts'
import { type MemberVisit, visitorOf } from './member-visit.ts'
import type { MemberSession } from './open-member-session.ts'

/** Whoever has shown their password has so long for the second step, in seconds. There is no session before it. */
export const secondStepSeconds = 600

type Parts = Pick<House, 'db' | 'clock' | 'random' | 'sealer'>

/** What waits for the second step, told to nobody but the browser that holds `token`. */
export async function mintSecondStep(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  member: MemberRecord,
  byBreakGlass: boolean,
): Promise<string> {
  const token = mintToken(house.random)
  const now = house.clock.now()
  await insertAccountToken(house.db, {
    tokenHash: sha256(token),
    organizationId: member.organizationId,
    purpose: 'member-second-step',
    subjectId: member.id,
    email: null,
    data: { byBreakGlass },
    createdAt: now,
    expiresAt: secondsAfter(now, secondStepSeconds),
  })
  return token
}

/** What this browser may show as its second step; null when nothing waits for one. */
export async function findSecondStep(
  house: Pick<House, 'db' | 'clock'>,
  input: { organizationId: string; token: string },
): Promise<{ email: string; hasApp: boolean; hasPasskey: boolean } | null> {
  const waiting = await findWaiting(house, input)
  if (!waiting) return null
  const { organizationId } = input
  const { authenticators } = await listFactors(house, { organizationId, memberId: waiting.member.id })
  const has = (kind: string) => authenticators.some((one) => one.kind === kind)
  return { email: waiting.member.email, hasApp: has('totp'), hasPasskey: has('passkey') }
}

type SecondStepInput = MemberVisit & { token: string }

/** Takes the code of an app, or a recovery code. Throws `unauthorized`, `rate_limited`, `forbidden`. */
export async function finishSecondStep(
  house: Parts,
  input: SecondStepInput & { code: string },
): Promise<MemberSession> {
  const waiting = await loadWaiting(house, input)
  const owner = { organizationId: input.organizationId, memberId: waiting.member.id }
  const verified = await auditing(house, input, waiting, () => verifyCode(house, owner, input))
  return conclude(house, input, verified.kind === 'totp' ? 'password and app' : 'password and recovery code')
}

/** What the browser needs to use a passkey as the second step. Throws `unauthorized`. */
export async function beginSecondStepPasskey(
  house: Parts,
  site: FactorSite,
  input: { token: string },
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const waiting = await loadWaiting(house, { organizationId: site.id, token: input.token })
  const owner = { organizationId: site.id, memberId: waiting.member.id }
  return beginPasskeyVerification(house, site, { owner }, input.token)
}

/** Takes what the passkey signed. Throws `unauthorized`, `forbidden`. */
export async function finishSecondStepPasskey(
  house: Parts,
  site: FactorSite,
  input: SecondStepInput & { answer: string },
): Promise<MemberSession> {
  const waiting = await loadWaiting(house, input)
  const owner = { organizationId: site.id, memberId: waiting.member.id }
  const given = { answer: input.answer, bearer: input.token }
  await auditing(house, input, waiting, () => finishPasskeyVerification(house, site, { owner }, given))
  return conclude(house, input, 'password and passkey')
}

type Waiting = { member: MemberRecord; byBreakGlass: boolean }

async function findWaiting(
  house: Pick<House, 'db' | 'clock'>,
  { organizationId, token }: { organizationId: string; token: string },
): Promise<Waiting | null> {
  const which = { organizationId, purpose: 'member-second-step' as const, tokenHash: sha256(token) }
  return toWaiting(house, organizationId, await findAccountToken(house.db, which, house.clock.now()))
}

async function toWaiting(
  house: Pick<House, 'db'>,
  organizationId: string,
  row: Awaited<ReturnType<typeof findAccountToken>>,
): Promise<Waiting | null> {
  const member = row?.subjectId ? await findMember(house.db, organizationId, row.subjectId) : null
  if (!row || member?.status !== 'active') return null
  return { member, byBreakGlass: (row.data as { byBreakGlass: boolean }).byBreakGlass }
}

async function loadWaiting(
  house: Pick<House, 'db' | 'clock'>,
  input: { organizationId: string; token: string },
): Promise<Waiting> {
  const waiting = await findWaiting(house, input)
  if (!waiting) throw over()
  return waiting
}

/** Runs a check of the second step; that it failed is worth knowing, since the password was right. */
async function auditing<Value>(
  house: Parts,
  visit: MemberVisit,
  { member, byBreakGlass }: Waiting,
  check: () => Promise<Value>,
): Promise<Value> {
  try {
    return await check()
  } catch (thrown) {
    if (isVestibuleError(thrown) && thrown.code === 'unauthorized')
      await recordAuditEvent(house, visitorOf(visit, member), {
        action: byBreakGlass ? 'member.signed-in-by-break-glass' : 'member.signed-in',
        target: targetOf(member),
        result: 'failure',
        reason: 'wrong second factor',
      })
    throw thrown
  }
}

/** Uses up what waited, and looks at everything again that may have changed since the password was typed. */
async function conclude(house: Parts, input: SecondStepInput, by: string): Promise<MemberSession> {
  const { organizationId } = input
  const which = {
    organizationId,
    purpose: 'member-second-step' as const,
    tokenHash: sha256(input.token),
  }
  const taken = await takeAccountToken(house.db, which, house.clock.now())
  const waiting = await toWaiting(house, organizationId, taken)
  if (!waiting) throw over()
  const { member, byBreakGlass } = waiting
  const { requirePortalSso } = await loadOrganization(house.db, organizationId)
  if (requirePortalSso && !(byBreakGlass && member.role === 'owner')) throw ssoRequired()
  return openByPassword(house, input, member, byBreakGlass && requirePortalSso, by)
}

function over(): VestibuleError {
  return new VestibuleError('unauthorized', 'This took too long, or was finished before. Sign in again.')
}
