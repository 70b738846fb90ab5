import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { type DomainView, loadDomainRecord, loadTenantOfDomains, viewDomain } from './domain.ts'

/** One domain of a tenant by name or id. Throws `not_found`. */
export async function loadDomain(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { tenant: string; domain: string },
): Promise<DomainView> {
  checkRole(actor, 'viewer')
  const tenant = await loadTenantOfDomains(house, actor.organizationId, input.tenant)
  return viewDomain(await loadDomainRecord(house, tenant, input.domain))
}
