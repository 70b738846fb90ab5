import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import type { Page } from '../store/db.ts'
import { listTenantRecords } from '../store/tenants.ts'
import { type TenantView, viewTenant } from './tenant.ts'

/** Tenants, newest first, each with the number of its connections. `query` looks into slug and name. */
export async function listTenants(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { query?: string; cursor?: string; limit?: number },
): Promise<Page<TenantView & { connectionCount: number }>> {
  checkRole(actor, 'viewer')
  const page = await listTenantRecords(house.db, actor.organizationId, { ...input, limit: input.limit ?? 50 })
  return {
    data: page.data.map((row) => ({ ...viewTenant(row), connectionCount: row.connectionCount })),
    nextCursor: page.nextCursor,
  }
}
