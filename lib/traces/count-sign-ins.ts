import type { Actor } from '../base/actor.ts'
import { secondsAfter } from '../base/clock.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { countTraces } from '../store/traces.ts'

/** How many sign-ins succeeded and failed in the last `hours`. */
export function countSignIns(
  house: Pick<House, 'db' | 'clock'>,
  actor: Actor,
  input: { hours: number },
): Promise<{ success: number; failure: number }> {
  checkRole(actor, 'viewer')
  return countTraces(house.db, actor.organizationId, secondsAfter(house.clock.now(), -input.hours * 3600))
}
