import type { Actor } from '../../base/actor.ts'
import { checkRole } from '../../base/permit.ts'
import type { House } from '../../house.ts'
import { effectivePolicies, type UserPolicies } from '../../matching/user-policies.ts'
import { loadConnectionRecord } from '../load-connection.ts'

/** The policies a connection's sign-ins go by: what was said, and the defaults for what was not. Throws `not_found`. */
export async function loadUserPolicies(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { clientID: string },
): Promise<UserPolicies> {
  checkRole(actor, 'viewer')
  const row = await loadConnectionRecord(house, actor.organizationId, input.clientID)
  return effectivePolicies(row.userPolicies)
}
