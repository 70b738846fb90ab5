import { readForm } from '#lib/http/body.ts'
import { respondJson } from '#lib/http/respond.ts'
import { pushAuthorization } from '#lib/login/push-authorization.ts'
import { oauthEndpoint, preflight, smallBody } from '#server/endpoints.ts'

/** Pushed authorization requests (RFC 9126). */
export const POST = oauthEndpoint(
  async ({ house, site, incoming, origin, request }) => {
    const parameters = await readForm(request, smallBody)
    const { headers } = incoming
    return respondJson(201, await pushAuthorization(house, site, { parameters, headers, origin }))
  },
  { crossOrigin: true, bounded: true },
)

export const OPTIONS = preflight('POST')
