import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { setMemberRole } from '../store/members.ts'
import { loadMember } from './list-members.ts'
import { lastOwner, loadListedMember, type MemberView, targetOf } from './member.ts'
import type { MemberChange } from './member-input.ts'

/**
 * Gives a member another role, from their next request on. Throws `forbidden`, `not_found`, and `conflict` where the
 * last active owner would be none any more.
 */
export async function changeMemberRole(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { member: string; change: MemberChange },
): Promise<MemberView> {
  checkRole(actor, 'owner')
  const { organizationId } = actor
  const { role } = input.change
  const before = await loadListedMember(house, organizationId, input.member)
  if (before.role !== role) {
    if (!(await setMemberRole(house.db, organizationId, before.id, role, house.clock.now()))) {
      await loadListedMember(house, organizationId, before.id)
      throw lastOwner()
    }
    await recordAuditEvent(house, actor, {
      action: 'member.role-changed',
      target: targetOf(before),
      before: { role: before.role },
      after: { role },
    })
  }
  return loadMember(house, actor, { member: before.id })
}
