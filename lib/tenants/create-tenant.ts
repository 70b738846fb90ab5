import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { isUniqueViolation } from '../store/db.ts'
import { insertTenant } from '../store/tenants.ts'
import { type TenantView, viewTenant } from './tenant.ts'
import type { NewTenant } from './tenant-input.ts'

/** Makes a tenant. Throws `conflict` when the slug is taken. */
export async function createTenant(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: NewTenant,
): Promise<TenantView> {
  checkRole(actor, 'admin')
  const id = mintId('ten', house.clock.now(), house.random)
  const row = await insertTenant(house.db, { id, organizationId: actor.organizationId, ...input }).catch(
    (thrown) => {
      if (isUniqueViolation(thrown))
        throw new VestibuleError('conflict', `There is already a tenant "${input.slug}".`)
      throw thrown
    },
  )
  await recordAuditEvent(house, actor, {
    action: 'tenant.created',
    target: { type: 'tenant', id, name: row.name },
    tenant: row.slug,
    after: { slug: row.slug, name: row.name },
  })
  return viewTenant(row)
}
