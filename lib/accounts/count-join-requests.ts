import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { countPendingJoinRequests } from '../store/join-requests.ts'

/** How many requests to join wait to be decided; nobody counts further than `atMost`. */
export async function countJoinRequests(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { atMost: number },
): Promise<number> {
  checkRole(actor, 'viewer')
  return countPendingJoinRequests(house.db, actor.organizationId, input.atMost)
}
