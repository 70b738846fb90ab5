import { respondJson } from '#lib/http/respond.ts'
import { renderProviderMetadata } from '#lib/oauth/provider-metadata.ts'
import { oauthEndpoint } from '#server/endpoints.ts'

/** OpenID Connect Discovery §4. */
export const GET = oauthEndpoint(
  async ({ site }) =>
    respondJson(200, renderProviderMetadata(site.issuer), { 'cache-control': 'public, max-age=300' }),
  { crossOrigin: true },
)
