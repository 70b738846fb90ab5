import { recordAuditEvent } from '../audit/record-audit-event.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { verifyPassword } from '../passwords/password.ts'
import { checkSignInLimits, forgiveSignIn, type SignInAttempt } from '../passwords/sign-in-limits.ts'
import { listFactors } from '../second-factor/second-factor.ts'
import { findMemberByEmail, type MemberRecord } from '../store/members.ts'
import { loadOrganization } from '../store/organizations.ts'
import { openByPassword, ssoRequired } from './break-glass.ts'
import { type MemberVisit, visitorOf } from './member-visit.ts'
import type { MemberSession } from './open-member-session.ts'
import { mintSecondStep } from './second-step.ts'

/**
 * The members room: the organization's own people who sign in to the portal. Owns who they are, their passwords and
 * sessions, and how they come in; must not know pages or next-auth.
 */
export type SignInInput = MemberVisit & {
  email: string
  password: string
  /** The way in of an owner where members must sign in through the company's connection, and it does not work. */
  breakGlass?: boolean
}

/** A session, or what names the second step in this browser. */
export type MemberSignIn =
  | { kind: 'session'; session: MemberSession }
  | { kind: 'second-step'; token: string }

type Parts = Pick<House, 'db' | 'clock' | 'random' | 'sealer'>

/**
 * Checks the password, and opens a session for those who have no second factor. Throws `unauthorized` with one text for
 * every cause, `rate_limited`, and `forbidden`, whoever asks, where members must sign in through a connection. Refusals
 * are audited.
 */
export async function signInMember(house: Parts, input: SignInInput): Promise<MemberSignIn> {
  const { organizationId, address } = input
  const { requirePortalSso } = await loadOrganization(house.db, organizationId)
  if (requirePortalSso && !input.breakGlass) throw ssoRequired()
  const byBreakGlass = requirePortalSso
  const email = input.email.trim().toLowerCase().replaceAll('\u0000', '').slice(0, 320)
  const attempt: SignInAttempt = { door: 'member-sign-in', organizationId, account: email, address }
  const refuse = (member: MemberRecord | null, reason: string) =>
    recordAuditEvent(house, visitorOf(input, member, email), {
      action: byBreakGlass ? 'member.signed-in-by-break-glass' : 'member.signed-in',
      target: { type: 'member', id: member?.id ?? '', name: email },
      result: 'failure',
      reason,
    })
  await checkSignInLimits(house, attempt, () => refuse(null, 'too many tries'))
  const found = await findMemberByEmail(house.db, organizationId, email)
  const member = found?.status === 'active' ? found : null
  const fits = await verifyPassword(member?.passwordHash ?? null, input.password)
  if (!member || !fits) {
    await refuse(member, 'wrong e-mail or password')
    throw refused(byBreakGlass)
  }
  if (byBreakGlass && member.role !== 'owner') {
    await refuse(member, 'not an owner')
    throw refused(byBreakGlass)
  }
  await forgiveSignIn(house, attempt, { forgetFailures: true })
  const { authenticators } = await listFactors(house, { organizationId, memberId: member.id })
  if (authenticators.length === 0)
    return { kind: 'session', session: await openByPassword(house, input, member, byBreakGlass, 'password') }
  return { kind: 'second-step', token: await mintSecondStep(house, member, byBreakGlass) }
}

/** One text for every cause, so that it tells nothing about the account; at each door its own. */
function refused(byBreakGlass: boolean): VestibuleError {
  const text = 'This e-mail address and password do not belong together'
  return new VestibuleError(
    'unauthorized',
    byBreakGlass ? `${text}, or this way is not open to you: it is for owners.` : `${text}.`,
  )
}
