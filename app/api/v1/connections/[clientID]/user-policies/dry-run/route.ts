import { dryRunSchema, dryRunUserPolicies } from '#lib/connections/user-policies/dry-run.ts'
import { respondJson } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const POST = managementEndpoint(dryRunSchema, async ({ house, actor, incoming, input }) =>
  respondJson(200, await dryRunUserPolicies(house, actor, { ...input, clientID: incoming.params.clientID! })),
)
