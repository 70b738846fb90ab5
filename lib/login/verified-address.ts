import { emailDomain } from '../base/email.ts'
import type { ExternalProfile } from '../connections/contract.ts'
import type { House } from '../house.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import { findTenantByDomain } from '../store/domains.ts'

/**
 * Whether an application may be told that the address of somebody from a connection is verified (`email_verified`,
 * OpenID Connect Core §5.1). A customer's provider can call any address in the world its own; it is believed for domains
 * its tenant has proven, and where the connection's addresses are trusted. An OpenID provider must also say so, of the
 * claim `email`, from which the address may not have been taken; SAML has no word for it.
 */
export async function isAddressVerified(
  house: Pick<House, 'db'>,
  connection: Pick<ConnectionRecord, 'organizationId' | 'tenantId' | 'kind' | 'trustEmail'>,
  { email, raw }: ExternalProfile,
): Promise<boolean> {
  if (email === null) return false
  if (connection.kind === 'oidc' && (raw.email !== email || raw.email_verified !== 'true')) return false
  if (connection.trustEmail) return true
  const domain = emailDomain(email)
  if (domain === null) return false
  const owner = await findTenantByDomain(house.db, connection.organizationId, domain)
  return owner?.id === connection.tenantId
}
