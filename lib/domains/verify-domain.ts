import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { isVestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import type { DomainRecord } from '../store/domains.ts'
import type { TenantRecord } from '../store/tenants.ts'
import { type DomainView, loadDomainRecord, loadTenantOfDomains, viewDomain } from './domain.ts'
import { explainFinding, lookForRecord } from './look-for-record.ts'
import { recordFinding } from './record-finding.ts'

/**
 * Looks for the TXT record of a domain now. Answers the domain as it is afterwards, with a sentence about what was
 * expected and found. Throws `not_found`, and `conflict` when another tenant has the domain.
 */
export async function verifyDomain(
  house: Pick<House, 'db' | 'clock' | 'random' | 'resolveTxt'>,
  actor: Actor,
  input: { tenant: string; domain: string },
): Promise<DomainView & { message: string }> {
  checkRole(actor, 'admin')
  const tenant = await loadTenantOfDomains(house, actor.organizationId, input.tenant)
  const row = await loadDomainRecord(house, tenant, input.domain)
  const finding = await lookForRecord(house, row)
  await recordFinding(house, actor, { ...row, tenant: tenant.slug }, finding).catch(async (thrown) => {
    if (isVestibuleError(thrown) && thrown.code === 'conflict')
      await recordRefusal(house, actor, tenant, row, thrown.message)
    throw thrown
  })
  const after = await loadDomainRecord(house, tenant, row.id)
  return { ...viewDomain(after), message: explainFinding(row, finding) }
}

async function recordRefusal(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  tenant: TenantRecord,
  row: DomainRecord,
  reason: string,
): Promise<void> {
  await recordAuditEvent(house, actor, {
    action: 'domain.verified',
    target: { type: 'domain', id: row.id, name: row.domain },
    tenant: tenant.slug,
    result: 'failure',
    reason,
  })
}
