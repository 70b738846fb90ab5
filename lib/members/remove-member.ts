import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { deleteAccountTokensOf } from '../store/account-tokens.ts'
import { deleteMember, findListedMember } from '../store/members.ts'
import { checkMayInvite, lastOwner, loadListedMember, targetOf } from './member.ts'

/**
 * Removes a member: sessions end at once, links in mails are worth nothing. Somebody who has not accepted yet may be
 * removed by whoever could have invited them. Throws `forbidden`, `not_found`, and `conflict` for the last active owner.
 */
export async function removeMember(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { member: string },
): Promise<void> {
  checkRole(actor, 'admin')
  const { organizationId } = actor
  const before = await loadListedMember(house, organizationId, input.member)
  if (before.status === 'invited') checkMayInvite(actor, before.role)
  else checkRole(actor, 'owner')
  if (!(await deleteMember(house.db, organizationId, before.id))) {
    if (await findListedMember(house.db, organizationId, before.id)) throw lastOwner()
    throw new VestibuleError('not_found', 'There is no such member.')
  }
  await deleteAccountTokensOf(house.db, {
    organizationId,
    subjectId: before.id,
    purposes: [...memberPurposes],
  })
  await recordAuditEvent(house, actor, {
    action: before.status === 'invited' ? 'member.invitation-revoked' : 'member.removed',
    target: targetOf(before),
    before: { email: before.email, name: before.name, role: before.role },
  })
}

const memberPurposes = [
  'member-invitation',
  'member-reset-password',
  'member-second-step',
  'member-passkey-challenge',
  'member-sso',
] as const satisfies Parameters<typeof deleteAccountTokensOf>[1]['purposes']
