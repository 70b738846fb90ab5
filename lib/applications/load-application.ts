import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { type ApplicationView, loadApplicationRecord, viewApplication } from './application.ts'

/** One application by id or client id. Throws `not_found`. */
export async function loadApplication(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { application: string },
): Promise<ApplicationView> {
  checkRole(actor, 'viewer')
  return viewApplication(await loadApplicationRecord(house, actor.organizationId, input.application))
}
