import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { deleteJoinRequestRecord } from '../store/join-requests.ts'
import { auditableJoinRequest, loadJoinRequestRecord } from './join-request.ts'

/** Deletes a request, decided or not, so that the person can ask again. Throws `not_found`. */
export async function deleteJoinRequest(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { request: string },
): Promise<void> {
  checkRole(actor, 'admin')
  const request = await loadJoinRequestRecord(house, actor.organizationId, input.request)
  if (!(await deleteJoinRequestRecord(house.db, actor.organizationId, request.id)))
    throw new VestibuleError('not_found', `There is no request to join "${input.request}".`)
  await recordAuditEvent(house, actor, {
    action: 'join-request.deleted',
    target: { type: 'join-request', id: request.id, name: request.email },
    tenant: request.tenant,
    before: auditableJoinRequest(request),
  })
}
