import { readBody } from '#lib/http/body.ts'
import { respondJson } from '#lib/http/respond.ts'
import { introspectToken } from '#lib/oauth/introspect-token.ts'
import { identifyIntrospector, oauthEndpoint, smallBody } from '#server/endpoints.ts'

/** Token introspection (RFC 7662). */
export const POST = oauthEndpoint(async (call) => {
  const body = await readBody(call.request, smallBody)
  const introspector = identifyIntrospector(call, body)
  return respondJson(200, await introspectToken(call.house, call.site, introspector, body))
})
