import { readBody } from '#lib/http/body.ts'
import { respondJson } from '#lib/http/respond.ts'
import { exchangeToken } from '#lib/oauth/exchange-token.ts'
import { parseTokenRequest } from '#lib/oauth/token-request.ts'
import { oauthEndpoint, preflight, smallBody } from '#server/endpoints.ts'

/** Token endpoint (RFC 6749 §3.2), form or JSON. */
export const POST = oauthEndpoint(
  async ({ house, site, incoming, origin, request }) => {
    const body = await readBody(request, smallBody)
    const asked = parseTokenRequest(body, incoming.headers.get('authorization'))
    const proof = incoming.headers.get('dpop')
    const answer = await exchangeToken({ house, site, request: asked, proof, origin })
    return respondJson(200, answer, { pragma: 'no-cache' })
  },
  { crossOrigin: true },
)

export const OPTIONS = preflight('POST')
