import type { House } from '../../house.ts'
import { renderSpMetadata } from '../../saml/sp-metadata.ts'
import { loadConnectionRecord } from '../load-connection.ts'
import { describeForConnection, describeServiceProvider } from './service-provider.ts'

type Site = { id: string; issuer: string }

/** Our SAML metadata: for all connections, or with the addresses of one. Throws `not_found`. */
export async function loadServiceProviderMetadata(
  house: Pick<House, 'db' | 'config' | 'keys'>,
  site: Site,
  clientID: string | null,
): Promise<string> {
  const keys = await house.keys.load(site.id, 'saml')
  const certificates = keys.filter((key) => key.state !== 'retired').map((key) => key.certificate!)
  const shared = describeServiceProvider(house.config, site.issuer)
  const provider =
    clientID === null
      ? { entityId: shared.entityId, acsUrl: shared.sharedAcsUrl }
      : describeForConnection(house.config, site.issuer, await loadConnectionRecord(house, site.id, clientID))
  return renderSpMetadata({
    entityId: provider.entityId,
    acsUrl: provider.acsUrl,
    signingCertificates: certificates,
    encryptionCertificates: certificates.slice(0, 1),
  })
}

/** The current certificate as PEM. */
export async function loadServiceProviderCertificate(
  house: Pick<House, 'keys'>,
  site: Site,
): Promise<string> {
  const [key] = await house.keys.load(site.id, 'saml')
  const lines = key!.certificate!.match(/.{1,64}/g)!.join('\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}
