import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { listApplicationRecords } from '../store/applications.ts'

/** The organization's products, by slug. At most 500. */
export async function listApplications(
  house: Pick<House, 'db'>,
  actor: Actor,
): Promise<{ id: string; product: string; name: string }[]> {
  checkRole(actor, 'viewer')
  const rows = await listApplicationRecords(house.db, actor.organizationId)
  return rows.map(({ id, product, name }) => ({ id, product, name }))
}
