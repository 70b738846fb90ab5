import { loadServiceProviderCertificate } from '#lib/connections/saml/load-service-provider-metadata.ts'
import { respondText } from '#lib/http/respond.ts'
import { oauthEndpoint } from '#server/endpoints.ts'

/** The certificate with which identity providers verify our requests and encrypt for us, PEM. */
export const GET = oauthEndpoint(async ({ house, site }) =>
  respondText('application/x-pem-file', await loadServiceProviderCertificate(house, site), {
    'content-disposition': 'attachment; filename="saml.cer"',
  }),
)
