import type { House } from '../house.ts'
import { describeCertificate, type IdpMetadata } from '../saml/metadata.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import { openClientSecret } from './client-secret.ts'
import { friendlyProviderName, providerHost } from './provider-name.ts'

/** A connection as the API answers it: the Polis dialect, with our own members beside it. */
export type ConnectionView = {
  clientID: string
  clientSecret: string
  tenant: string
  product: string
  name: string | null
  label: string | null
  description: string | null
  defaultRedirectUrl: string
  redirectUrl: string[]
  forceAuthn: boolean
  identifierFormat: string | null
  sortOrder: number | null
  acsUrlOverride: string | null
  samlAudienceOverride: string | null
  deactivated: boolean
  provisioning: string
  trustEmail: boolean
  allowUnsolicited: boolean
  allowLegacyEncryption: boolean
  userPolicies: unknown
  attributeMap: unknown
  metadataUrl: string | null
  idpMetadata: {
    entityID: string
    sso: { postUrl?: string; redirectUrl?: string }
    slo: { postUrl?: string; redirectUrl?: string }
    publicKey: string
    publicKeys: string[]
    thumbprint?: string
    loginType: 'idp'
    provider: string
    friendlyProviderName: string | null
  }
  createdAt: string
  updatedAt: string
}

export function viewConnection(house: Pick<House, 'sealer'>, row: ConnectionRecord): ConnectionView {
  return {
    clientID: row.clientId,
    clientSecret: openClientSecret(house, row),
    tenant: row.tenant,
    product: row.product,
    name: row.name,
    label: row.label,
    description: row.description,
    defaultRedirectUrl: row.defaultRedirectUrl,
    redirectUrl: row.redirectUrls,
    forceAuthn: row.forceAuthn,
    identifierFormat: row.identifierFormat,
    sortOrder: row.sortOrder,
    acsUrlOverride: row.acsUrlOverride,
    samlAudienceOverride: row.samlAudienceOverride,
    deactivated: !row.active,
    provisioning: row.provisioning,
    trustEmail: row.trustEmail,
    allowUnsolicited: row.allowUnsolicited,
    allowLegacyEncryption: row.allowLegacyEncryption,
    userPolicies: row.userPolicies,
    attributeMap: row.attributeMap,
    metadataUrl: row.metadataUrl,
    idpMetadata: viewIdpMetadata(row.upstream as IdpMetadata),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

function viewIdpMetadata(metadata: IdpMetadata): ConnectionView['idpMetadata'] {
  const [first] = metadata.certificates
  return {
    entityID: metadata.entityId,
    sso: { postUrl: metadata.ssoPostUrl, redirectUrl: metadata.ssoRedirectUrl },
    slo: { postUrl: metadata.sloPostUrl, redirectUrl: metadata.sloRedirectUrl },
    publicKey: first ?? '',
    publicKeys: metadata.certificates,
    thumbprint: first && describeCertificate(first).sha1Thumbprint,
    loginType: 'idp',
    provider: providerHost(metadata.entityId),
    friendlyProviderName: friendlyProviderName(metadata.entityId),
  }
}
