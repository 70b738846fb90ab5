import { loadServiceProviderMetadata } from '#lib/connections/saml/load-service-provider-metadata.ts'
import { respondText } from '#lib/http/respond.ts'
import { oauthEndpoint } from '#server/endpoints.ts'

/** What an identity provider's admin imports: our SAML metadata (saml-metadata-2.0 §2.4.4). */
export const GET = oauthEndpoint(async ({ house, site, incoming }) => {
  const clientID = incoming.url.searchParams.get('connection')
  return respondText(
    'application/samlmetadata+xml; charset=utf-8',
    await loadServiceProviderMetadata(house, site, clientID),
  )
})
