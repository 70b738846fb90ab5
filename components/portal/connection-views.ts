/** A certificate of an identity provider, as people compare them. Instants as RFC 3339 or Date. */
export type CertificateView = {
  subject: string
  notBefore: Date | string
  notAfter: Date | string
  sha256Fingerprint: string
}

/** A connection as a row of a list. */
export type ConnectionSummary = {
  clientID: string
  name: string | null
  tenant: string
  tenantName: string
  product: string
  /** Who runs the identity provider, such as `Okta`, or its host. */
  provider: string
  iconPath: string
  /** `saml`, `oidc` or `jwt`. */
  kind: string
  active: boolean
  lastUsedAt: Date | string | null
  /** When the last of its certificates runs out; null when it has none. */
  certificatesEndAt: Date | string | null
}

/** What an identity provider's administrator has to enter. */
export type ServiceProviderValues = {
  acsUrl: string
  entityId: string
  logoutUrl: string
  metadataUrl: string
  certificateUrl: string
}

/** What was understood from an identity provider's metadata. */
export type MetadataView = {
  entityId: string
  ssoUrl: string
  provider: string
  certificates: CertificateView[]
}

/** A kind of connection, as people call it. */
export function kindName(kind: string): string {
  return kind === 'oidc' ? 'OpenID Connect' : kind.toUpperCase()
}

/** What a connection is called where nobody gave it a name. */
export function connectionTitle(connection: {
  name: string | null
  provider: string
  product: string
}): string {
  return connection.name || `${connection.provider} for ${connection.product}`
}
