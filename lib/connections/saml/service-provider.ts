import type { Config } from '../../config/config.ts'
import type { ConnectionRecord } from '../../store/connections.ts'

/** What an identity provider must know of us. All absolute URLs but `entityId`, which need not be one. */
export type ServiceProvider = {
  entityId: string
  /** The ACS of all connections. */
  sharedAcsUrl: string
  /** Where all of them send logout messages, of either kind and binding. */
  sharedLogoutUrl: string
  metadataUrl: string
  certificateUrl: string
}

/** `SAML_AUDIENCE` names the default organization only; every other one is called after its own address. */
export function describeServiceProvider(config: Config, issuer: string): ServiceProvider {
  return {
    entityId: issuer === config.publicUrl ? config.samlAudience : `${issuer}/saml`,
    sharedAcsUrl: `${issuer}/api/oauth/saml`,
    sharedLogoutUrl: `${issuer}/api/logout/callback`,
    metadataUrl: `${issuer}/.well-known/sp-metadata`,
    certificateUrl: `${issuer}/.well-known/saml.cer`,
  }
}

type Overrides = Pick<ConnectionRecord, 'clientId' | 'ownAcs' | 'acsUrlOverride' | 'samlAudienceOverride'>

/** The same for one connection: its own names where it has them, and every address that is right as Destination. */
export function describeForConnection(
  config: Config,
  issuer: string,
  connection: Overrides,
): ServiceProvider & {
  acsUrl: string
  ownAcsUrl: string
  acceptedAcsUrls: string[]
  logoutUrl: string
  acceptedLogoutUrls: string[]
} {
  const provider = describeServiceProvider(config, issuer)
  const ownAcsUrl = ownAcsUrlOf(issuer, connection.clientId)
  const ownLogoutUrl = ownLogoutUrlOf(issuer, connection.clientId)
  const acsUrl = connection.acsUrlOverride ?? (connection.ownAcs ? ownAcsUrl : provider.sharedAcsUrl)
  return {
    ...provider,
    entityId: connection.samlAudienceOverride ?? provider.entityId,
    acsUrl,
    ownAcsUrl,
    acceptedAcsUrls: [...new Set([acsUrl, ownAcsUrl, provider.sharedAcsUrl])],
    logoutUrl: connection.ownAcs ? ownLogoutUrl : provider.sharedLogoutUrl,
    acceptedLogoutUrls: [ownLogoutUrl, provider.sharedLogoutUrl],
  }
}

export function ownAcsUrlOf(issuer: string, clientId: string): string {
  return `${issuer}/api/oauth/saml/${clientId}`
}

export function ownLogoutUrlOf(issuer: string, clientId: string): string {
  return `${issuer}/api/logout/callback/${clientId}`
}
