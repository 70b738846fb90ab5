import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import { loadUserRecord } from '../directory/user.ts'
import type { House } from '../house.ts'
import { type FactorSummary, listFactors } from '../second-factor/second-factor.ts'

/** What a user has beside the password, as an admin sees it. Throws `not_found`. */
export async function listSecondFactors(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { user: string },
): Promise<FactorSummary> {
  checkRole(actor, 'viewer')
  const { organizationId } = actor
  const user = await loadUserRecord(house, organizationId, input.user)
  return listFactors(house, { organizationId, userId: user.id })
}
