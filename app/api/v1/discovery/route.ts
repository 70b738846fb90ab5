import { discoverSignIn, discoveryQuery } from '#lib/domains/discover-sign-in.ts'
import { respondJson } from '#lib/http/respond.ts'
import { preflight, publicEndpoint } from '#server/endpoints.ts'

/** What a native application starts for an e-mail address. */
export const GET = publicEndpoint(discoveryQuery, async ({ house, site, incoming, input }) =>
  respondJson(200, await discoverSignIn(house, site, { ...input, address: incoming.address })),
)

export const OPTIONS = preflight('GET')
