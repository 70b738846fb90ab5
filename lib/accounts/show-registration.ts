import { emailDomain } from '../base/email.ts'
import type { House } from '../house.ts'
import { findTenant, type TenantRecord } from '../store/tenants.ts'
import { allowsRegistration } from '../tenants/tenant.ts'
import { checkVisits } from './entry-limits.ts'
import { type EntryPage, type EntrySite, waitingSignIn } from './entry-page.ts'
import { renderRegistration, renderRegistrationClosed } from './register-page.ts'

/** The page on which people make an account with a tenant that allows it. Throws `rate_limited`. */
export async function showRegistration(
  house: Pick<House, 'db' | 'clock'>,
  site: EntrySite,
  input: { tenant: string; interaction: string; address: string },
): Promise<EntryPage> {
  await checkVisits(house, 'register', input.address)
  const tenant = await findOpenTenant(house, site, input.tenant)
  if (!tenant) return renderRegistrationClosed(site)
  return renderRegistration(site, {
    tenant,
    interaction: waitingSignIn(input.interaction),
    typed: { email: '', firstName: '', lastName: '' },
    problems: {},
  })
}

/** The tenant of that slug or id, if people may register with it now. */
export async function findOpenTenant(
  house: Pick<House, 'db'>,
  site: EntrySite,
  slugOrId: string,
): Promise<TenantRecord | null> {
  if (slugOrId === '' || slugOrId.includes('\u0000')) return null
  const tenant = await findTenant(house.db, site.id, slugOrId)
  return tenant && allowsRegistration(tenant) ? tenant : null
}

/** Whether the tenant takes registrations from the domain of the address. */
export function takesAddress({ registrationDomains }: TenantRecord, email: string): boolean {
  return registrationDomains.length === 0 || registrationDomains.includes(emailDomain(email) ?? '')
}
