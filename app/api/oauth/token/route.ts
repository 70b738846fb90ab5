import { readBody } from '#lib/http/body.ts'
import { respondJson } from '#lib/http/respond.ts'
import { exchangeCode } from '#lib/oauth/exchange-code.ts'
import { parseTokenRequest } from '#lib/oauth/token-request.ts'
import { oauthEndpoint, preflight, smallBody } from '#server/endpoints.ts'

/** Token endpoint (RFC 6749 §3.2), form or JSON. */
export const POST = oauthEndpoint(
  async ({ house, site, incoming, origin, request }) => {
    const body = await readBody(request, smallBody)
    const asked = parseTokenRequest(body, incoming.headers.get('authorization'))
    return respondJson(200, await exchangeCode(house, site, asked, origin), { pragma: 'no-cache' })
  },
  { crossOrigin: true },
)

export const OPTIONS = preflight('POST')
