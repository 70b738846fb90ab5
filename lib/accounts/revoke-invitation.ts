import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { revokeOpenInvitation } from '../store/invitations.ts'
import { auditableInvitation, loadInvitationRecord } from './invitation.ts'

/**
 * Takes an invitation back: its link opens nothing any more, and whoever was nothing but invited is no user any more.
 * Throws `not_found`, also for one that was revoked before, and `conflict` for one that was accepted.
 */
export async function revokeInvitation(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { invitation: string },
): Promise<void> {
  checkRole(actor, 'admin')
  const { organizationId } = actor
  const invitation = await loadInvitationRecord(house, organizationId, input.invitation)
  const which = { organizationId, id: invitation.id }
  if (!(await revokeOpenInvitation(house.db, which, house.clock.now()))) throw await refuse(house, which)
  await recordAuditEvent(house, actor, {
    action: 'invitation.revoked',
    target: { type: 'invitation', id: invitation.id, name: invitation.email },
    tenant: invitation.tenant,
    before: auditableInvitation(invitation),
  })
}

async function refuse(
  house: Pick<House, 'db'>,
  { organizationId, id }: { organizationId: string; id: string },
): Promise<VestibuleError> {
  const { status } = await loadInvitationRecord(house, organizationId, id)
  return status === 'accepted'
    ? new VestibuleError('conflict', 'This invitation was accepted. Disable the user instead.')
    : new VestibuleError('not_found', 'This invitation was revoked before.')
}
