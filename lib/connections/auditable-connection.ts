import { effectivePolicies } from '../matching/user-policies.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import type { Json } from '../store/db.ts'
import { typeOf } from './registry.ts'

/** A connection as the audit log keeps it: everything an admin sets, nothing secret. */
export function auditableConnection(row: ConnectionRecord) {
  return {
    clientID: row.clientId,
    tenant: row.tenant,
    product: row.product,
    name: row.name,
    description: row.description,
    defaultRedirectUrl: row.defaultRedirectUrl,
    redirectUrl: row.redirectUrls,
    forceAuthn: row.forceAuthn,
    active: row.active,
    provisioning: row.provisioning,
    trustEmail: row.trustEmail,
    allowUnsolicited: row.allowUnsolicited,
    allowLegacyEncryption: row.allowLegacyEncryption,
    userPolicies: effectivePolicies(row.userPolicies),
    attributeMap: row.attributeMap as Json,
    ...typeOf(row).audit(row),
  }
}
