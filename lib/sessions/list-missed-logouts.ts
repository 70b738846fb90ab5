import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { listMissedNotices, type MissedNotice } from '../store/logout-notices.ts'

/** How many are shown: enough to see which application does not listen. */
const shown = 20

/** The newest logouts that an application has not heard of: still tried, or given up. */
export function listMissedLogouts(house: Pick<House, 'db'>, actor: Actor): Promise<MissedNotice[]> {
  checkRole(actor, 'viewer')
  return listMissedNotices(house.db, actor.organizationId, shown)
}
