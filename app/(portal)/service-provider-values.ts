import type { ServiceProviderValues } from '#components/portal/connection-views.ts'
import type { ConnectionDetail } from '#lib/connections/load-connection.ts'
import { redirectUriOf } from '#lib/connections/oidc/oidc-connection.ts'
import {
  describeForConnection,
  describeServiceProvider,
  ownAcsUrlOf,
  ownLogoutUrlOf,
} from '#lib/connections/saml/service-provider.ts'
import { house } from '#server/house-access.ts'
import { loadSite } from './request-facts.ts'

/** What the identity provider of a connection must know of us. */
export async function loadConnectionValues(connection: ConnectionDetail): Promise<ServiceProviderValues> {
  const { issuer } = await loadSite()
  const { clientID } = connection
  const provider = describeForConnection(house().config, issuer, { ...connection, clientId: clientID })
  return { ...provider, metadataUrl: `${provider.metadataUrl}?connection=${clientID}` }
}

/** The same for a connection that does not exist yet but whose clientID is settled. */
export async function loadFutureValues(clientID: string): Promise<ServiceProviderValues> {
  const { issuer } = await loadSite()
  const provider = describeServiceProvider(house().config, issuer)
  const metadataUrl = `${provider.metadataUrl}?connection=${clientID}`
  const [acsUrl, logoutUrl] = [ownAcsUrlOf(issuer, clientID), ownLogoutUrlOf(issuer, clientID)]
  return { ...provider, acsUrl, logoutUrl, metadataUrl }
}

/** What the OpenID provider of a connection must know of us. */
export async function loadRedirectUri({
  ownAcs,
  clientID,
}: Pick<ConnectionDetail, 'ownAcs' | 'clientID'>): Promise<string> {
  return redirectUriOf((await loadSite()).issuer, { ownAcs, clientId: clientID })
}
