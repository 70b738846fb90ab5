import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { isPortalSignInOfTenant } from '../store/organizations.ts'
import { endSessions } from '../store/sessions.ts'
import { deleteTenantRecord } from '../store/tenants.ts'
import { auditableTenant, loadTenantRecord } from './tenant.ts'

/** Deletes a tenant with its connections; sessions, codes and tokens end at once, and applications hear of it. Throws `not_found`, and `conflict` where members sign in to the portal through it. */
export async function deleteTenant(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { tenant: string },
): Promise<void> {
  checkRole(actor, 'admin')
  const tenant = await loadTenantRecord(house, actor.organizationId, input.tenant)
  if (await isPortalSignInOfTenant(house.db, actor.organizationId, tenant.id))
    throw new VestibuleError(
      'conflict',
      'Members sign in to the portal through a connection of this tenant. Change that first (Settings → Members).',
    )
  await endSessions(house.db, actor.organizationId, { tenantId: tenant.id }, house.clock.now())
  const deleted = await deleteTenantRecord(house.db, actor.organizationId, tenant.id)
  if (!deleted) throw new VestibuleError('not_found', `There is no tenant "${input.tenant}".`)
  await recordAuditEvent(house, actor, {
    action: 'tenant.deleted',
    target: { type: 'tenant', id: tenant.id, name: tenant.name },
    tenant: tenant.slug,
    before: auditableTenant(tenant),
  })
}
