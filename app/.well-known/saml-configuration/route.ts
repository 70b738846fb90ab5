import { renderSamlConfiguration } from '#lib/connections/saml/configuration-page.ts'
import { describeServiceProvider } from '#lib/connections/saml/service-provider.ts'
import { respondHtml } from '#lib/http/respond.ts'
import { pageEndpoint } from '#server/endpoints.ts'

/** What an identity provider's admin enters, on a page for people. */
export const GET = pageEndpoint(async ({ house, site }) =>
  respondHtml(200, renderSamlConfiguration(site, describeServiceProvider(house.config, site.issuer))),
)
