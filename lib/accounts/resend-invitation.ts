import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintToken } from '../base/ids.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { renewInvitation } from '../store/invitations.ts'
import {
  auditableInvitation,
  type InvitationView,
  invitationSeconds,
  loadInvitationRecord,
  viewInvitation,
} from './invitation.ts'
import { sendInvitationMail } from './invitation-mail.ts'

/**
 * Sends an invitation again, one that has expired as well: with a new link for another seven days; the one before opens
 * nothing any more. Throws `not_found`, and `conflict` when it was accepted or revoked.
 */
export async function resendInvitation(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'config'>,
  actor: Actor,
  input: { invitation: string },
): Promise<InvitationView> {
  checkRole(actor, 'admin')
  const { organizationId } = actor
  const before = await loadInvitationRecord(house, organizationId, input.invitation)
  const token = mintToken(house.random)
  const sentAt = house.clock.now()
  const expiresAt = secondsAfter(sentAt, invitationSeconds)
  const which = { organizationId, id: before.id }
  if (!(await renewInvitation(house.db, which, { tokenHash: sha256(token), sentAt, expiresAt })))
    throw new VestibuleError(
      'conflict',
      'This invitation was accepted or revoked, or its user has changed since.',
    )
  const invitation = { ...before, sentAt, expiresAt }
  await sendInvitationMail(house, invitation, token)
  await recordAuditEvent(house, actor, {
    action: 'invitation.sent-again',
    target: { type: 'invitation', id: before.id, name: before.email },
    tenant: before.tenant,
    before: auditableInvitation(before),
    after: auditableInvitation(invitation),
  })
  return viewInvitation(house, invitation)
}
