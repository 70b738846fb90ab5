import { readBody } from '#lib/http/body.ts'
import { respondJson } from '#lib/http/respond.ts'
import { revokeToken } from '#lib/oauth/revoke-token.ts'
import { parseClientCredentials } from '#lib/oauth/token-request.ts'
import { oauthEndpoint, preflight, smallBody } from '#server/endpoints.ts'

/** Token revocation (RFC 7009). */
export const POST = oauthEndpoint(
  async ({ house, site, incoming, request }) => {
    const body = await readBody(request, smallBody)
    const credentials = parseClientCredentials(body, incoming.headers.get('authorization'))
    await revokeToken(house, site, credentials, body)
    return respondJson(200, {})
  },
  { crossOrigin: true },
)

export const OPTIONS = preflight('POST')
