import type { ConnectionChange } from '../store/connections.ts'
import type { ConnectionFields } from './connection-request.ts'

/** The columns a request changes. Empty text and null clear what may be absent; what was not said stays as it is. */
export function toChange(fields: ConnectionFields): ConnectionChange {
  const change: ConnectionChange = {
    name: clearable(fields.name),
    label: clearable(fields.label),
    description: clearable(fields.description),
    defaultRedirectUrl: fields.defaultRedirectUrl,
    redirectUrls: fields.redirectUrls,
    forceAuthn: fields.forceAuthn,
    identifierFormat: clearable(fields.identifierFormat),
    sortOrder: fields.sortOrder,
    acsUrlOverride: clearable(fields.acsUrlOverride),
    samlAudienceOverride: clearable(fields.samlAudienceOverride),
    active: fields.deactivated === undefined ? undefined : !fields.deactivated,
    provisioning: fields.provisioning,
    trustEmail: fields.trustEmail,
    allowUnsolicited: fields.allowUnsolicited,
    allowLegacyEncryption: fields.allowLegacyEncryption,
    userPolicies: fields.userPolicies as ConnectionChange['userPolicies'],
    attributeMap: fields.attributeMap as ConnectionChange['attributeMap'],
  }
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}

function clearable(text: string | undefined): string | null | undefined {
  return text === '' ? null : text
}
