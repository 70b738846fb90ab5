import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { loadUserRecord, type UserView, viewUser } from './user.ts'

/** One user by id. Throws `not_found`. */
export async function loadUser(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { user: string },
): Promise<UserView> {
  checkRole(actor, 'viewer')
  return viewUser(await loadUserRecord(house, actor.organizationId, input.user))
}
