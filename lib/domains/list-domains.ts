import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import type { Page } from '../store/db.ts'
import { listDomainRecords } from '../store/domains.ts'
import { type DomainView, loadTenantOfDomains, viewDomain } from './domain.ts'

/** The domains a tenant claims, newest first. `query` looks into the name. Throws `not_found`. */
export async function listDomains(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { tenant: string; query?: string; cursor?: string; limit?: number },
): Promise<Page<DomainView>> {
  checkRole(actor, 'viewer')
  const tenant = await loadTenantOfDomains(house, actor.organizationId, input.tenant)
  const page = await listDomainRecords(house.db, tenant, { ...input, limit: input.limit ?? 50 })
  return { data: page.data.map(viewDomain), nextCursor: page.nextCursor }
}
