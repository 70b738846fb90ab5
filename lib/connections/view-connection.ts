import type { House } from '../house.ts'
import type { ProviderMetadata } from '../oidc/provider-metadata.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import { openClientSecret } from './client-secret.ts'
import { typeOf } from './registry.ts'
import type { IdpMetadataView } from './saml/view-idp-metadata.ts'

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
  createdAt: string
  updatedAt: string
} & UpstreamView

/** The upstream of a connection, under the name its kind has in the dialect. */
export type UpstreamView =
  | { idpMetadata: IdpMetadataView; oidcProvider?: undefined; jwt?: undefined }
  | { oidcProvider: OidcProviderView; idpMetadata?: undefined; jwt?: undefined }
  | { jwt: JwtView; idpMetadata?: undefined; oidcProvider?: undefined }

/** A customer's page. `secret`, with which it signs, is told in the answer that makes the connection and in no other. */
export type JwtView = { ssoUrl: string; audience: string; secret?: string }

/** An OpenID provider; `metadata` where it was given by hand instead of an address. `clientSecret` is never the secret. */
export type OidcProviderView = {
  provider: string
  friendlyProviderName: string | null
  issuer: string
  discoveryUrl?: string
  metadata?: ProviderMetadata
  clientId: string
  clientSecret: string
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
    ...typeOf(row).view(row),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}
