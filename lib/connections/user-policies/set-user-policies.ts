import { recordAuditEvent } from '../../audit/record-audit-event.ts'
import type { Actor } from '../../base/actor.ts'
import { checkRole } from '../../base/permit.ts'
import type { House } from '../../house.ts'
import { effectivePolicies, type SaidPolicies, type UserPolicies } from '../../matching/user-policies.ts'
import { updateConnectionRecord } from '../../store/connections.ts'
import type { Json } from '../../store/db.ts'
import { loadConnectionRecord } from '../load-connection.ts'

/**
 * Replaces the policies of a connection as a whole: what is not said has its default again. They hold from the next
 * sign-in. Answers those that count now. Throws `not_found`.
 */
export async function setUserPolicies(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { clientID: string; userPolicies: SaidPolicies },
): Promise<UserPolicies> {
  checkRole(actor, 'admin')
  const row = await loadConnectionRecord(house, actor.organizationId, input.clientID)
  const userPolicies = input.userPolicies as Json
  await updateConnectionRecord(house.db, actor.organizationId, row.id, { userPolicies })
  const [before, after] = [effectivePolicies(row.userPolicies), effectivePolicies(userPolicies)]
  await recordAuditEvent(house, actor, {
    action: 'connection.user-policies-changed',
    target: { type: 'connection', id: row.id, name: row.name ?? row.upstreamId },
    tenant: row.tenant,
    before,
    after,
  })
  return after
}
