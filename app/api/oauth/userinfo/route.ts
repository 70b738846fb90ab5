import { readBody } from '#lib/http/body.ts'
import { respondJson } from '#lib/http/respond.ts'
import { readPresentedToken, readUserinfo } from '#lib/oauth/read-userinfo.ts'
import { oauthEndpoint, preflight, smallBody } from '#server/endpoints.ts'

/** UserInfo endpoint (OpenID Connect Core §5.3). */
export const GET = oauthEndpoint(
  async ({ house, site, incoming }) =>
    respondJson(200, await readUserinfo(house, site, readPresentedToken(incoming.headers, 'GET', null))),
  { crossOrigin: true },
)

export const POST = oauthEndpoint(
  async ({ house, site, incoming, request }) => {
    const { access_token } = await readBody(request, smallBody)
    const presented = readPresentedToken(incoming.headers, 'POST', access_token)
    return respondJson(200, await readUserinfo(house, site, presented))
  },
  { crossOrigin: true },
)

export const OPTIONS = preflight('GET, POST')
