import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { findTenant, type TenantRecord } from '../store/tenants.ts'

/**
 * The tenants room: customer companies of the organization. Owns their names and states;
 * must not know protocols.
 */

/** A tenant as the API answers it; instants in RFC 3339. */
export type TenantView = {
  id: string
  slug: string
  name: string
  live: boolean
  createdAt: string
  updatedAt: string
}

export function viewTenant(row: TenantRecord): TenantView {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    live: row.live,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

/** The tenant with that slug or id in the organization; throws `not_found`. */
export async function loadTenantRecord(
  house: Pick<House, 'db'>,
  organizationId: string,
  slugOrId: string,
): Promise<TenantRecord> {
  const tenant = await findTenant(house.db, organizationId, slugOrId)
  if (!tenant) throw new VestibuleError('not_found', `There is no tenant "${slugOrId}".`)
  return tenant
}
