import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { isUniqueViolation } from '../store/db.ts'
import { updateTenantRecord } from '../store/tenants.ts'
import { loadTenantRecord, type TenantView, viewTenant } from './tenant.ts'
import type { TenantChange } from './tenant-input.ts'

/** Renames a tenant, changes its slug, or marks it live. Throws `not_found`, `conflict`. */
export async function updateTenant(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { tenant: string; change: TenantChange },
): Promise<TenantView> {
  checkRole(actor, 'admin')
  const before = await loadTenantRecord(house, actor.organizationId, input.tenant)
  const after = await updateTenantRecord(house.db, actor.organizationId, before.id, input.change).catch(
    (thrown) => {
      if (isUniqueViolation(thrown))
        throw new VestibuleError('conflict', `There is already a tenant "${input.change.slug}".`)
      throw thrown
    },
  )
  if (!after) throw new VestibuleError('not_found', `There is no tenant "${input.tenant}".`)
  await recordAuditEvent(house, actor, {
    action: 'tenant.updated',
    target: { type: 'tenant', id: after.id, name: after.name },
    tenant: after.slug,
    before: { slug: before.slug, name: before.name, live: before.live },
    after: { slug: after.slug, name: after.name, live: after.live },
  })
  return viewTenant(after)
}
