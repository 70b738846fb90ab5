import { readBody } from '#lib/http/body.ts'
import { respondJson } from '#lib/http/respond.ts'
import { readBearerToken, readUserinfo } from '#lib/oauth/read-userinfo.ts'
import { oauthEndpoint, preflight, smallBody } from '#server/endpoints.ts'

/** UserInfo endpoint (OpenID Connect Core §5.3). */
export const GET = oauthEndpoint(
  async ({ house, site, incoming }) => {
    const token = readBearerToken(incoming.headers.get('authorization'), null)
    return respondJson(200, await readUserinfo(house, site.id, token))
  },
  { crossOrigin: true },
)

export const POST = oauthEndpoint(
  async ({ house, site, incoming, request }) => {
    const body = await readBody(request, smallBody)
    const token = readBearerToken(incoming.headers.get('authorization'), body.access_token)
    return respondJson(200, await readUserinfo(house, site.id, token))
  },
  { crossOrigin: true },
)

export const OPTIONS = preflight('GET, POST')
