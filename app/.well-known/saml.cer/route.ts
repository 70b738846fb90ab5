import { loadServiceProviderCertificate } from '#lib/connections/saml/load-service-provider-metadata.ts'
import { respondText } from '#lib/http/respond.ts'
import { oauthEndpoint } from '#server/endpoints.ts'

/** The certificate with which identity providers verify our requests and encrypt for us, PEM; `key` names the next one. */
export const GET = oauthEndpoint(async ({ house, site, incoming }) => {
  const key = incoming.url.searchParams.get('key')
  return respondText('application/x-pem-file', await loadServiceProviderCertificate(house, site, key), {
    'content-disposition': `attachment; filename="${key === null ? 'saml' : 'saml-next'}.cer"`,
  })
})
