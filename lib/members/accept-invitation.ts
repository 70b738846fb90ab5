import { recordAuditEvent } from '../audit/record-audit-event.ts'
import { sha256 } from '../base/encoding.ts'
import type { House } from '../house.ts'
import { hashPassword } from '../passwords/password.ts'
import { takeAccountToken } from '../store/account-tokens.ts'
import { isUniqueViolation } from '../store/db.ts'
import { activateMember, findMemberBySso, type MemberRecord, type WayIn } from '../store/members.ts'
import { loadOrganization } from '../store/organizations.ts'
import { ssoRequired } from './break-glass.ts'
import { findInvited, invitationOver, mayHavePassword } from './invitation.ts'
import { targetOf } from './member.ts'
import { type MemberVisit, visitorOf } from './member-visit.ts'
import { type MemberSession, openMemberSession } from './open-member-session.ts'
import { alreadySomebody, checkPortalConnection } from './portal-identity.ts'
import { findSsoCode, takeSsoCode } from './sso-code.ts'

type Parts = Pick<House, 'db' | 'clock' | 'random'>

/**
 * Makes the invited person a member who signs in with the password they chose, and signs them in. Throws `not_found`
 * when the link is worth nothing (any more), `forbidden` where members have no passwords.
 */
export async function acceptInvitation(
  house: Parts,
  input: MemberVisit & { token: string; name: string; password: string },
): Promise<MemberSession> {
  const { organizationId, name } = input
  const tokenHash = sha256(input.token)
  const invited = await findInvited(house, { organizationId, tokenHash })
  if (!invited) throw invitationOver()
  if (!mayHavePassword(await loadOrganization(house.db, organizationId), invited.role)) throw ssoRequired()
  const passwordHash = await hashPassword(input.password)
  const member = await join(house, input, tokenHash, { name, way: { passwordHash } })
  return openMemberSession(house, input, member, { by: 'invitation' })
}

/**
 * The same for somebody who came back from the company's sign-in: from now on they come in as who they are there.
 * `code` and `browserHash` are what the login flow handed to this browser. Throws `not_found`, and `conflict` when that
 * identity is another member's.
 */
export async function acceptInvitationBySso(
  house: Parts,
  input: MemberVisit & { code: string; browserHash: string | null; name: string },
): Promise<MemberSession> {
  const { organizationId, name } = input
  // Looked at first: somebody else's identity does not use up the invitation.
  const seen = await findSsoCode(house, input)
  if (seen?.intent.kind !== 'invitation') throw invitationOver()
  await checkPortalConnection(house, organizationId, seen.identity.connectionId)
  if (await findMemberBySso(house.db, organizationId, seen.identity)) throw alreadySomebody()
  const taken = await takeSsoCode(house, input)
  if (taken?.intent.kind !== 'invitation') throw invitationOver()
  const { connectionId, subject } = taken.identity
  const way = { connectionId, subject }
  const member = await join(house, input, taken.intent.invitationHash, { name, way })
  return openMemberSession(house, input, member, { by: 'invitation' })
}

async function join(
  house: Parts,
  visit: MemberVisit,
  tokenHash: string,
  chosen: { name: string; way: WayIn },
): Promise<MemberRecord> {
  const { organizationId } = visit
  const at = house.clock.now()
  const which = { organizationId, purpose: 'member-invitation' as const, tokenHash }
  const token = await takeAccountToken(house.db, which, at)
  if (!token?.subjectId) throw invitationOver()
  const member = await activate(house, organizationId, token.subjectId, { ...chosen, at })
  if (!member) throw invitationOver()
  await recordAuditEvent(house, visitorOf(visit, member), {
    action: 'member.joined',
    target: targetOf(member),
    after: {
      name: member.name,
      role: member.role,
      by: 'passwordHash' in chosen.way ? 'password' : 'company',
    },
  })
  return member
}

async function activate(
  house: Pick<House, 'db'>,
  organizationId: string,
  id: string,
  chosen: { name: string; way: WayIn; at: Date },
): Promise<MemberRecord | null> {
  try {
    return await activateMember(house.db, organizationId, id, chosen)
  } catch (thrown) {
    if (isUniqueViolation(thrown)) throw alreadySomebody()
    throw thrown
  }
}

/** What the page shows before the invited person says yes; null when it is too late, or another browser. */
export async function findInvitedBySso(
  house: Pick<House, 'db' | 'clock'>,
  input: { organizationId: string; code: string; browserHash: string | null },
): Promise<{ email: string; name: string; identity: string } | null> {
  const seen = await findSsoCode(house, input)
  if (seen?.intent.kind !== 'invitation') return null
  const { organizationId } = input
  const invited = await findInvited(house, { organizationId, tokenHash: seen.intent.invitationHash })
  return invited && { email: invited.email, name: invited.name, identity: seen.identity.shownAs }
}
