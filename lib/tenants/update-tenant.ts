import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { isUniqueViolation } from '../store/db.ts'
import { type TenantRecord, updateTenantRecord } from '../store/tenants.ts'
import { endTestSignIns } from './end-test-sign-ins.ts'
import { auditableTenant, loadTenantRecord, type TenantView, viewTenant } from './tenant.ts'
import type { TenantChange } from './tenant-input.ts'

/**
 * Renames a tenant, changes its slug, marks it live, which ends its test sign-ins, or decides how its people sign in.
 * Throws `not_found`, and `conflict` for a slug that is taken and for passwords where SSO is enforced.
 */
export async function updateTenant(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { tenant: string; change: TenantChange },
): Promise<TenantView> {
  checkRole(actor, 'admin')
  const before = await loadTenantRecord(house, actor.organizationId, input.tenant)
  checkPasswordSignIn(before, input.change)
  const after = await updateTenantRecord(house.db, actor.organizationId, before.id, input.change).catch(
    (thrown) => {
      if (isUniqueViolation(thrown))
        throw new VestibuleError('conflict', `There is already a tenant "${input.change.slug}".`)
      throw thrown
    },
  )
  if (!after) throw new VestibuleError('not_found', `There is no tenant "${input.tenant}".`)
  if (after.live && !before.live) await endTestSignIns(house, after)
  await recordAuditEvent(house, actor, {
    action: 'tenant.updated',
    target: { type: 'tenant', id: after.id, name: after.name },
    tenant: after.slug,
    before: auditableTenant(before),
    after: auditableTenant(after),
  })
  return viewTenant(after)
}

/** A caller that allows passwords must not believe that they work. */
function checkPasswordSignIn(before: TenantRecord, change: TenantChange): void {
  if (change.passwordSignIn !== true || !(change.enforceSso ?? before.enforceSso)) return
  const sentence = `Passwords cannot be allowed while SSO is enforced for "${before.slug}". Set enforceSso to false first.`
  throw new VestibuleError('conflict', sentence, { fields: [{ path: 'passwordSignIn', message: sentence }] })
}
