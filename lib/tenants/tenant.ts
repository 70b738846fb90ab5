import { type FieldError, VestibuleError } from '../base/errors.ts'
import { whyPublic } from '../domains/public-domains.ts'
import type { House } from '../house.ts'
import type { Json } from '../store/db.ts'
import { findTenant, type TenantRecord } from '../store/tenants.ts'

/**
 * The tenants room: customer companies of the organization. Owns their names and states;
 * must not know protocols.
 */

/** A tenant as the API answers it; instants in RFC 3339. */
export type TenantView = {
  id: string
  slug: string
  name: string
  live: boolean
  /** Whether its people may sign in with a password; never while `enforceSso` is on. */
  passwordSignIn: boolean
  enforceSso: boolean
  /** Whether people may make an account themselves; never where they may not use a password. */
  registration: { enabled: boolean; domains: string[] }
  joinRequests: { enabled: boolean }
  /** Tags that people may bring along in a JWT. */
  tagCategories: string[]
  /** What holds as it was set, and may not be what was meant. */
  warnings: FieldError[]
  createdAt: string
  updatedAt: string
}

export function viewTenant(row: TenantRecord): TenantView {
  return {
    id: row.id,
    slug: row.slug,
    name: row.name,
    live: row.live,
    passwordSignIn: allowsPassword(row),
    enforceSso: row.enforceSso,
    registration: { enabled: allowsRegistration(row), domains: row.registrationDomains },
    joinRequests: { enabled: row.joinRequestsEnabled },
    tagCategories: row.tagCategories,
    warnings: warnOfRegistration(row),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

/** Whether people of the tenant may sign in with a password: what is set, unless SSO is enforced. */
export function allowsPassword(tenant: Pick<TenantRecord, 'passwordSignIn' | 'enforceSso'>): boolean {
  return tenant.passwordSignIn && !tenant.enforceSso
}

/** Whether people may make an account at the tenant themselves: they choose a password then. */
export function allowsRegistration(
  tenant: Pick<TenantRecord, 'registrationEnabled' | 'passwordSignIn' | 'enforceSso'>,
): boolean {
  return tenant.registrationEnabled && allowsPassword(tenant)
}

/** Domains in which anybody can have an address keep nobody out. */
function warnOfRegistration({ registrationDomains }: TenantRecord): FieldError[] {
  return registrationDomains.flatMap((domain, index) => {
    const reason = whyPublic(domain)
    const message = `${domain} ${reason}: whoever has one may make an account.`
    return reason === null ? [] : [{ path: `registration.domains.${index}`, message }]
  })
}

/** A tenant as the audit log shows it. */
export function auditableTenant(row: TenantRecord): Json {
  return {
    slug: row.slug,
    name: row.name,
    live: row.live,
    passwordSignIn: allowsPassword(row),
    enforceSso: row.enforceSso,
    registration: row.registrationEnabled,
    registrationDomains: row.registrationDomains,
    joinRequests: row.joinRequestsEnabled,
    tagCategories: row.tagCategories,
  }
}

/** The tenant with that slug or id in the organization; throws `not_found`. */
export async function loadTenantRecord(
  house: Pick<House, 'db'>,
  organizationId: string,
  slugOrId: string,
): Promise<TenantRecord> {
  const tenant = await findTenant(house.db, organizationId, slugOrId)
  if (!tenant) throw new VestibuleError('not_found', `There is no tenant "${slugOrId}".`)
  return tenant
}
