import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId, mintToken } from '../base/ids.ts'
import { issuerOf } from '../base/issuer.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { queueMail } from '../mail/mail.ts'
import { deleteAccountTokensOf, insertAccountToken } from '../store/account-tokens.ts'
import { isUniqueViolation } from '../store/db.ts'
import { insertMember } from '../store/members.ts'
import { loadOrganization } from '../store/organizations.ts'
import { countAttempt } from '../store/rate-limits.ts'
import { loadMember } from './list-members.ts'
import { checkMayInvite, loadListedMember, type MemberView, targetOf } from './member.ts'
import type { NewMember } from './member-input.ts'

type Parts = Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'config'>

/** The link of an invitation works for seven days, once. */
export const invitationSeconds = 7 * 86_400

/** An organization sends so many invitations an hour: mail to strangers is what a stolen session is good for. */
const invitationsPerHour = 60

/**
 * Invites somebody to become a member: they choose a name and a way to sign in by the link they are sent. Throws
 * `forbidden`, `conflict` for an address that has one, `rate_limited`.
 */
export async function inviteMember(house: Parts, actor: Actor, input: NewMember): Promise<MemberView> {
  checkMayInvite(actor, input.role)
  await countInvitation(house, actor)
  const { organizationId } = actor
  const id = mintId('mem', house.clock.now(), house.random)
  const row = { ...input, id, organizationId, status: 'invited' as const, passwordHash: null }
  try {
    await insertMember(house.db, row)
  } catch (thrown) {
    if (!isUniqueViolation(thrown)) throw thrown
    const fields = [{ path: 'email', message: 'belongs to a member already' }]
    throw new VestibuleError('conflict', 'This address belongs to a member already.', { fields })
  }
  await sendInvitation(house, actor, row)
  await recordAuditEvent(house, actor, {
    action: 'member.invited',
    target: targetOf(row),
    after: { email: row.email, name: row.name, role: row.role },
  })
  return loadMember(house, actor, { member: id })
}

/** Sends a new link; the one before is worth nothing. Throws `not_found`, `conflict` for somebody who has accepted. */
export async function resendMemberInvitation(
  house: Parts,
  actor: Actor,
  input: { member: string },
): Promise<MemberView> {
  checkRole(actor, 'admin')
  const row = await loadListedMember(house, actor.organizationId, input.member)
  checkMayInvite(actor, row.role)
  if (row.status !== 'invited') throw new VestibuleError('conflict', 'This member has accepted already.')
  await countInvitation(house, actor)
  await sendInvitation(house, actor, row)
  await recordAuditEvent(house, actor, { action: 'member.invitation-sent-again', target: targetOf(row) })
  return loadMember(house, actor, { member: row.id })
}

async function countInvitation(house: Pick<House, 'db' | 'clock'>, actor: Actor): Promise<void> {
  const key = `member-invitation:${actor.organizationId}`
  const { count } = await countAttempt(house.db, key, 3600, house.clock.now())
  if (count > invitationsPerHour)
    throw new VestibuleError('rate_limited', 'Many invitations were sent within the hour. Try again later.')
}

async function sendInvitation(
  house: Parts,
  actor: Actor,
  member: { id: string; email: string; role: string },
): Promise<void> {
  const { organizationId } = actor
  const organization = await loadOrganization(house.db, organizationId)
  const token = mintToken(house.random)
  const now = house.clock.now()
  const earlier = { organizationId, subjectId: member.id, purposes: ['member-invitation' as const] }
  await deleteAccountTokensOf(house.db, earlier)
  await insertAccountToken(house.db, {
    tokenHash: sha256(token),
    organizationId,
    purpose: 'member-invitation',
    subjectId: member.id,
    email: member.email,
    data: {},
    createdAt: now,
    expiresAt: secondsAfter(now, invitationSeconds),
  })
  await queueMail(house, organizationId, {
    to: member.email,
    subject: `You are invited to the portal of ${organization.name}`,
    body: {
      title: `Join the portal of ${organization.name}`,
      paragraphs: [
        `${actor.name} invites you as ${member.role}: ${roleWords[member.role] ?? ''}.`,
        'Open the link to choose how you sign in. It works once, and for seven days.',
      ],
      action: {
        label: 'Accept the invitation',
        url: `${issuerOf(house.config.secure, organization.host)}/join-portal?token=${token}`,
      },
      because: 'You get this because somebody entered your address. If you do not know them, do nothing.',
    },
  })
}

const roleWords: Record<string, string> = {
  owner: 'you may do everything, and decide who else may',
  admin: 'you may set up connections and look after users',
  viewer: 'you may look at everything and change nothing',
}
