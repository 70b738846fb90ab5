import { z } from 'zod'
import { loadUserPolicies } from '#lib/connections/user-policies/load-user-policies.ts'
import { setUserPolicies } from '#lib/connections/user-policies/set-user-policies.ts'
import { respondJson } from '#lib/http/respond.ts'
import { userPoliciesSchema } from '#lib/matching/user-policies.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const GET = managementEndpoint(z.object({}), async ({ house, actor, incoming }) =>
  respondJson(200, await loadUserPolicies(house, actor, { clientID: incoming.params.clientID! })),
)

export const PUT = managementEndpoint(
  userPoliciesSchema,
  async ({ house, actor, incoming, input: userPolicies }) =>
    respondJson(
      200,
      await setUserPolicies(house, actor, { clientID: incoming.params.clientID!, userPolicies }),
    ),
)
