import { listQuery } from '#lib/base/list-query.ts'
import { listIdentities } from '#lib/directory/list-identities.ts'
import { respondJson } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

/** By what connections know the user, newest first. */
export const GET = managementEndpoint(
  listQuery.omit({ query: true }),
  async ({ house, actor, incoming, input }) =>
    respondJson(200, await listIdentities(house, actor, { ...input, user: incoming.params.user! })),
)
