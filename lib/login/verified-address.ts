import { emailDomain } from '../base/email.ts'
import type { ExternalProfile } from '../connections/contract.ts'
import type { House } from '../house.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import { findTenantByDomain } from '../store/domains.ts'

/**
 * Whether an application may be told that the address of somebody from a connection is verified (`email_verified`,
 * OpenID Connect Core §5.1). A customer's provider can say so of any address in the world; it is believed for domains its
 * tenant has proven, and where the connection's addresses are trusted.
 */
export async function isAddressVerified(
  house: Pick<House, 'db'>,
  connection: Pick<ConnectionRecord, 'organizationId' | 'tenantId' | 'trustEmail'>,
  { email, raw }: ExternalProfile,
): Promise<boolean> {
  // What is said to be verified is the claim `email`; the address may have been taken from another one.
  if (email === null || raw.email !== email || raw.email_verified !== 'true') return false
  if (connection.trustEmail) return true
  const domain = emailDomain(email)
  if (domain === null) return false
  const owner = await findTenantByDomain(house.db, connection.organizationId, domain)
  return owner?.id === connection.tenantId
}
