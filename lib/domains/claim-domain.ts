import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId, mintToken } from '../base/ids.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { isUniqueViolation } from '../store/db.ts'
import {
  type DomainRecord,
  findDomain,
  findTenantByDomain,
  insertDomain,
  vouchForDomain,
} from '../store/domains.ts'
import type { TenantRecord } from '../store/tenants.ts'
import {
  auditableDomain,
  type DomainView,
  loadTenantOfDomains,
  refuseOwnedDomain,
  viewDomain,
} from './domain.ts'
import type { NewDomainInput } from './domain-input.ts'

/**
 * Claims a domain for a tenant: pending until its TXT record is found. Several tenants may claim one, until one of them
 * has it. With `vouched`, which takes the role owner, the tenant has it at once; a claim that is pending becomes one
 * vouched for. Throws `forbidden`, `not_found`, and `conflict` when the tenant claims it already or another has it.
 */
export async function claimDomain(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: NewDomainInput & { tenant: string },
): Promise<DomainView> {
  checkRole(actor, input.vouched ? 'owner' : 'admin')
  const tenant = await loadTenantOfDomains(house, actor.organizationId, input.tenant)
  const earlier = await findDomain(house.db, tenant, input.domain)
  const row = await claimOrVouch(house, actor, tenant, { ...input, earlier }).catch(async (thrown) => {
    // Of two that claimed it at the same moment this is the slower one.
    throw isUniqueViolation(thrown) ? await refuseClaim(house, tenant, input.domain) : thrown
  })
  await recordAuditEvent(house, actor, {
    action: input.vouched ? 'domain.vouched' : 'domain.claimed',
    target: { type: 'domain', id: row.id, name: row.domain },
    tenant: tenant.slug,
    ...(earlier && { before: auditableDomain(earlier) }),
    after: auditableDomain(row),
  })
  return viewDomain(row)
}

async function claimOrVouch(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  tenant: TenantRecord,
  { domain, vouched = false, earlier }: NewDomainInput & { earlier: DomainRecord | null },
): Promise<DomainRecord> {
  if (earlier) {
    const raised = vouched ? await vouchForDomain(house.db, earlier, actor.name) : null
    if (raised) return raised
    throw await refuseClaim(house, tenant, domain)
  }
  if (await findTenantByDomain(house.db, tenant.organizationId, domain))
    throw await refuseClaim(house, tenant, domain)
  return insertDomain(house.db, {
    id: mintId('dom', house.clock.now(), house.random),
    organizationId: tenant.organizationId,
    tenantId: tenant.id,
    domain,
    ownedDomain: vouched ? domain : null,
    status: vouched ? 'vouched' : 'pending',
    token: mintToken(house.random, 24),
    vouchedBy: vouched ? actor.name : null,
  })
}

/** Why a tenant cannot claim a domain: another has it, or it has claimed it before. */
async function refuseClaim(
  house: Pick<House, 'db'>,
  tenant: TenantRecord,
  domain: string,
): Promise<VestibuleError> {
  const owner = await findTenantByDomain(house.db, tenant.organizationId, domain)
  if (owner && owner.id !== tenant.id) return refuseOwnedDomain(domain, owner)
  const sentence = `The tenant "${tenant.slug}" has claimed ${domain} already.`
  return new VestibuleError('conflict', sentence, { fields: [{ path: 'domain', message: sentence }] })
}
