import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { loadTargetRecord, type TargetView, viewTarget } from './target.ts'

/** One target by id or client id. Throws `not_found`. */
export async function loadTarget(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { target: string; issuer: string },
): Promise<TargetView> {
  checkRole(actor, 'viewer')
  return viewTarget(await loadTargetRecord(house, actor.organizationId, input.target), input.issuer)
}
