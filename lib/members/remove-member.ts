import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { deleteAccountTokensOf } from '../store/account-tokens.ts'
import { deleteMember, type ListedMember } from '../store/members.ts'
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
  checkMayRemove(actor, before)
  if (!(await deleteMember(house.db, organizationId, before.id, { waitingOnly: actor.role !== 'owner' }))) {
    checkMayRemove(actor, await loadListedMember(house, organizationId, before.id))
    throw lastOwner()
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

function checkMayRemove(actor: Actor, { status, role }: ListedMember): void {
  if (status === 'invited') checkMayInvite(actor, role)
  else checkRole(actor, 'owner')
}

const memberPurposes = [
  'member-invitation',
  'member-reset-password',
  'member-second-step',
  'member-passkey-challenge',
  'member-sso',
] as const satisfies Parameters<typeof deleteAccountTokensOf>[1]['purposes']
