import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { deleteDomainRecord } from '../store/domains.ts'
import { auditableDomain, loadDomainRecord, loadTenantOfDomains } from './domain.ts'

/** Takes a domain from a tenant: its addresses lead nowhere from the next sign-in on. Throws `not_found`. */
export async function deleteDomain(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { tenant: string; domain: string },
): Promise<void> {
  checkRole(actor, 'admin')
  const tenant = await loadTenantOfDomains(house, actor.organizationId, input.tenant)
  const row = await loadDomainRecord(house, tenant, input.domain)
  const deleted = await deleteDomainRecord(house.db, actor.organizationId, row.id)
  if (!deleted)
    throw new VestibuleError('not_found', `The tenant "${tenant.slug}" has no domain "${input.domain}".`)
  await recordAuditEvent(house, actor, {
    action: 'domain.deleted',
    target: { type: 'domain', id: row.id, name: row.domain },
    tenant: tenant.slug,
    before: auditableDomain(row),
  })
}
