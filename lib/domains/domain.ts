import { toDomain } from '../base/email.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import type { Json } from '../store/db.ts'
import { type DomainRecord, type DomainStatus, findDomain } from '../store/domains.ts'
import { findTenant, type TenantRecord } from '../store/tenants.ts'

/**
 * The domains room: which e-mail domains a tenant has, and how that is proven. Owns the TXT record, its checks, and
 * what an address tells before a sign-in (the domain alone, never the person). Must not know protocols or how the DNS
 * is asked.
 */

/** A domain as the API answers it; instants in RFC 3339. */
export type DomainView = {
  id: string
  domain: string
  status: DomainStatus
  /** What the company's name servers must say for the domain to be verified. */
  txtRecord: { name: string; value: string }
  verifiedAt: string | null
  /** When the record was last looked for, and since when a verified domain has been without it. */
  checkedAt: string | null
  missingSinceAt: string | null
  /** When a verified domain without its record becomes pending. */
  pendingFromAt: string | null
  vouchedBy: string | null
  createdAt: string
  updatedAt: string
}

/** For so many seconds a verified domain keeps its state without its record: seven days. */
export const graceSeconds = 7 * 86_400

export function viewDomain(row: DomainRecord): DomainView {
  return {
    id: row.id,
    domain: row.domain,
    status: row.status,
    txtRecord: txtRecordOf(row),
    verifiedAt: row.verifiedAt?.toISOString() ?? null,
    checkedAt: row.checkedAt?.toISOString() ?? null,
    missingSinceAt: row.missingSinceAt?.toISOString() ?? null,
    pendingFromAt: row.missingSinceAt
      ? new Date(row.missingSinceAt.getTime() + graceSeconds * 1000).toISOString()
      : null,
    vouchedBy: row.vouchedBy,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

/** Where the TXT record stands and what it holds; the token is the claim's own, so that no other tenant's proves it. */
export function txtRecordOf(row: { domain: string; token: string }): { name: string; value: string } {
  return { name: `_vestibule.${row.domain}`, value: `vestibule-domain-verification=${row.token}` }
}

/** A domain as the audit log shows it. */
export function auditableDomain(row: DomainRecord): Json {
  return {
    domain: row.domain,
    status: row.status,
    vouchedBy: row.vouchedBy,
    missingSinceAt: row.missingSinceAt?.toISOString() ?? null,
  }
}

/** The tenant with that slug or id in the organization; throws `not_found`. */
export async function loadTenantOfDomains(
  house: Pick<House, 'db'>,
  organizationId: string,
  slugOrId: string,
): Promise<TenantRecord> {
  const tenant = await findTenant(house.db, organizationId, slugOrId)
  if (!tenant) throw new VestibuleError('not_found', `There is no tenant "${slugOrId}".`)
  return tenant
}

/** The tenant's domain of that name, in any spelling, or that id; throws `not_found`. */
export async function loadDomainRecord(
  house: Pick<House, 'db'>,
  tenant: TenantRecord,
  domainOrId: string,
): Promise<DomainRecord> {
  const row = await findDomain(house.db, tenant, toDomain(domainOrId) ?? domainOrId)
  if (!row)
    throw new VestibuleError('not_found', `The tenant "${tenant.slug}" has no domain "${domainOrId}".`)
  return row
}

/** The refusal of a domain that another tenant has; `owner` is null when it has lost it in this moment. */
export function refuseOwnedDomain(domain: string, owner: { slug: string } | null): VestibuleError {
  const whose = owner ? `the tenant "${owner.slug}"` : 'another tenant'
  const sentence = `${domain} belongs to ${whose} already. Remove it there, then try again.`
  return new VestibuleError('conflict', sentence, { fields: [{ path: 'domain', message: sentence }] })
}
