import { respondJson } from '#lib/http/respond.ts'
import { oauthEndpoint } from '#server/endpoints.ts'

/** Keys that verify our ID tokens (RFC 7517). */
export const GET = oauthEndpoint(
  async ({ house, site }) =>
    respondJson(200, await house.keys.loadJwks(site.id), { 'cache-control': 'public, max-age=300' }),
  { crossOrigin: true },
)
