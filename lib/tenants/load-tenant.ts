import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { loadTenantRecord, type TenantView, viewTenant } from './tenant.ts'

/** One tenant by slug or id. Throws `not_found`. */
export async function loadTenant(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { tenant: string },
): Promise<TenantView> {
  checkRole(actor, 'viewer')
  return viewTenant(await loadTenantRecord(house, actor.organizationId, input.tenant))
}
