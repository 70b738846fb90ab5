import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { isUniqueViolation } from '../store/db.ts'
import { type TenantRecord, type TenantRecordChange, updateTenantRecord } from '../store/tenants.ts'
import { endTestSignIns } from './end-test-sign-ins.ts'
import { allowsPassword, auditableTenant, loadTenantRecord, type TenantView, viewTenant } from './tenant.ts'
import type { TenantChange } from './tenant-input.ts'

/**
 * Renames a tenant, changes its slug, marks it live, which ends its test sign-ins, or decides how its people sign in and
 * come to an account. Throws `not_found`, and `conflict` for a slug that is taken, for passwords where SSO is enforced,
 * and for registration where there are no passwords.
 */
export async function updateTenant(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { tenant: string; change: TenantChange },
): Promise<TenantView> {
  checkRole(actor, 'admin')
  const before = await loadTenantRecord(house, actor.organizationId, input.tenant)
  checkPasswordSignIn(before, input.change)
  checkRegistration(before, input.change)
  const after = await updateTenantRecord(
    house.db,
    actor.organizationId,
    before.id,
    toColumns(input.change),
  ).catch((thrown) => {
    if (isUniqueViolation(thrown))
      throw new VestibuleError('conflict', `There is already a tenant "${input.change.slug}".`)
    throw thrown
  })
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

/** Whoever registers chooses a password. */
function checkRegistration(before: TenantRecord, change: TenantChange): void {
  if (change.registration?.enabled !== true || allowsPassword({ ...before, ...change })) return
  const sentence = `People cannot register at "${before.slug}" while they may not sign in with a password. Allow passwords first.`
  throw new VestibuleError('conflict', sentence, {
    fields: [{ path: 'registration.enabled', message: sentence }],
  })
}

/** Undefined: as it is. */
function toColumns({ registration, joinRequests, ...plain }: TenantChange): TenantRecordChange {
  return {
    ...plain,
    registrationEnabled: registration?.enabled,
    registrationDomains: registration?.domains,
    joinRequestsEnabled: joinRequests?.enabled,
  }
}
