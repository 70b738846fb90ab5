import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { rejectPendingRequest } from '../store/join-requests.ts'
import {
  auditableJoinRequest,
  type JoinRequestView,
  loadJoinRequestRecord,
  viewJoinRequest,
} from './join-request.ts'
import { sendRejection } from './join-request-mail.ts'

/**
 * Turns somebody away who asked, with a note for them, and tells them by mail. Until the request is deleted they cannot
 * ask again. Rejecting again changes nothing. Throws `not_found`, and `conflict` for one that was approved.
 */
export async function rejectJoinRequest(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'config'>,
  actor: Actor,
  input: { request: string; note?: string | null },
): Promise<JoinRequestView> {
  checkRole(actor, 'admin')
  const { organizationId } = actor
  const note = input.note ?? null
  const before = await loadJoinRequestRecord(house, organizationId, input.request)
  const decision = { organizationId, id: before.id, by: actor.name, at: house.clock.now(), note }
  const rejected = await rejectPendingRequest(house.db, decision)
  const after = await loadJoinRequestRecord(house, organizationId, before.id)
  if (after.status !== 'rejected')
    throw new VestibuleError(
      'conflict',
      `${after.decidedBy} has approved this request. Disable the user instead.`,
    )
  if (!rejected) return viewJoinRequest(after)
  await sendRejection(house, before, note)
  await recordAuditEvent(house, actor, {
    action: 'join-request.rejected',
    target: { type: 'join-request', id: after.id, name: after.email },
    tenant: after.tenant,
    before: auditableJoinRequest(before),
    after: auditableJoinRequest(after),
  })
  return viewJoinRequest(after)
}
