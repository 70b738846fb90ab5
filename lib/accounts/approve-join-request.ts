import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId, mintToken } from '../base/ids.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { type Approval, approvePendingRequest, type JoinRequestRecord } from '../store/join-requests.ts'
import { invitationSeconds, mailKey } from './invitation.ts'
import {
  auditableJoinRequest,
  type JoinRequestView,
  loadJoinRequestRecord,
  viewJoinRequest,
} from './join-request.ts'
import { sendApproval } from './join-request-mail.ts'

type MailHouse = Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'config'>

/**
 * Lets somebody in who asked: their user is active, and a mail tells them, with a link to choose a password where they
 * need one. Approving again changes nothing. Throws `not_found`, and `conflict` for a request that was rejected, or whose
 * user is gone or disabled.
 */
export async function approveJoinRequest(
  house: MailHouse,
  actor: Actor,
  input: { request: string },
): Promise<JoinRequestView> {
  checkRole(actor, 'admin')
  const before = await loadJoinRequestRecord(house, actor.organizationId, input.request)
  const approved = await approve(house, actor, before)
  const after = await loadJoinRequestRecord(house, actor.organizationId, before.id)
  if (!approved) return refuseUnlessApproved(after)
  await recordAuditEvent(house, actor, {
    action: 'join-request.approved',
    target: { type: 'join-request', id: after.id, name: after.email },
    tenant: after.tenant,
    before: auditableJoinRequest(before),
    after: auditableJoinRequest(after),
  })
  return viewJoinRequest(after)
}

async function approve(house: MailHouse, actor: Actor, request: JoinRequestRecord): Promise<Approval | null> {
  const { organizationId, id } = request
  const at = house.clock.now()
  const token = mintToken(house.random)
  const invitation = {
    id: mintId('inv', at, house.random),
    tokenHash: sha256(token),
    expiresAt: secondsAfter(at, invitationSeconds),
  }
  const decision = { organizationId, id, by: actor.name, at }
  const approval = await approvePendingRequest(house.db, decision, invitation)
  if (!approval) return null
  const { invitationId } = approval
  // Found by the invitation, so that its row says how the mail stands.
  if (invitationId) await sendApproval(house, request, token, mailKey({ id: invitationId, sentAt: at }))
  else await sendApproval(house, request, null, `join-request approved ${id}`)
  return approval
}

function refuseUnlessApproved(request: JoinRequestRecord): JoinRequestView {
  if (request.status === 'approved') return viewJoinRequest(request)
  throw new VestibuleError(
    'conflict',
    request.status === 'rejected'
      ? `${request.decidedBy} has rejected this request. Delete it, so that the person can ask again.`
      : 'The user who waits with this request is gone or disabled. Delete the request, or enable the user.',
  )
}
