import { VestibuleError } from '../../base/errors.ts'
import type { House } from '../../house.ts'
import { renderSpMetadata } from '../../saml/sp-metadata.ts'
import type { KeyPair } from '../../signing/key-ring.ts'
import { findConnectionByClientId } from '../../store/connections.ts'
import {
  describeForConnection,
  describeServiceProvider,
  ownAcsUrlOf,
  ownLogoutUrlOf,
} from './service-provider.ts'

type Site = { id: string; issuer: string }

/**
 * Our SAML metadata: for all connections, or with the addresses of one. The portal shows the address of a connection
 * before it exists, so a clientID nobody has yet is answered too, by its own ACS address.
 */
export async function loadServiceProviderMetadata(
  house: Pick<House, 'db' | 'config' | 'keys'>,
  site: Site,
  clientID: string | null,
): Promise<string> {
  const keys = await house.keys.load(site.id, 'saml')
  const certificates = keys.filter((key) => key.state !== 'retired').map((key) => key.certificate!)
  const provider = await describe(house, site, clientID)
  return renderSpMetadata({
    entityId: provider.entityId,
    acsUrl: provider.acsUrl,
    sloUrl: provider.logoutUrl,
    signingCertificates: certificates,
    encryptionCertificates: certificates.slice(0, 1),
  })
}

async function describe(
  house: Pick<House, 'db' | 'config'>,
  site: Site,
  clientID: string | null,
): Promise<{ entityId: string; acsUrl: string; logoutUrl: string }> {
  const { entityId, sharedAcsUrl, sharedLogoutUrl } = describeServiceProvider(house.config, site.issuer)
  if (clientID === null || !/^[A-Za-z0-9_-]{20,64}$/.test(clientID))
    return { entityId, acsUrl: sharedAcsUrl, logoutUrl: sharedLogoutUrl }
  const connection = await findConnectionByClientId(house.db, site.id, clientID)
  if (!connection) {
    const [acsUrl, logoutUrl] = [ownAcsUrlOf(site.issuer, clientID), ownLogoutUrlOf(site.issuer, clientID)]
    return { entityId, acsUrl, logoutUrl }
  }
  return describeForConnection(house.config, site.issuer, connection)
}

/** The current certificate as PEM, or that of the next key, which is asked for by its id. Throws `not_found`. */
export async function loadServiceProviderCertificate(
  house: Pick<House, 'keys'>,
  site: Site,
  keyId: string | null,
): Promise<string> {
  const keys = await house.keys.load(site.id, 'saml')
  const fits = ({ id, state }: KeyPair) => (keyId === null ? state === 'current' : id === keyId)
  const key = keys.find(fits) ?? (await house.keys.reload(site.id, 'saml')).find(fits)
  if (!key || key.state === 'retired') throw new VestibuleError('not_found', 'There is no such certificate.')
  const lines = key.certificate!.match(/.{1,64}/g)!.join('\n')
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`
}
