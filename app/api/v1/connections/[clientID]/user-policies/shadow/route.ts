import { z } from 'zod'
import { listQuery } from '#lib/base/list-query.ts'
import {
  endShadowTrial,
  loadShadowTrial,
  startShadowTrial,
} from '#lib/connections/user-policies/shadow-policies.ts'
import { respondJson, respondNoContent } from '#lib/http/respond.ts'
import { userPoliciesSchema } from '#lib/matching/user-policies.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const GET = managementEndpoint(listQuery, async ({ house, actor, incoming, input }) =>
  respondJson(200, await loadShadowTrial(house, actor, { ...input, clientID: incoming.params.clientID! })),
)

export const PUT = managementEndpoint(
  userPoliciesSchema,
  async ({ house, actor, incoming, input: userPolicies }) =>
    respondJson(
      200,
      await startShadowTrial(house, actor, { clientID: incoming.params.clientID!, userPolicies }),
    ),
)

export const DELETE = managementEndpoint(z.object({}), async ({ house, actor, incoming }) => {
  await endShadowTrial(house, actor, { clientID: incoming.params.clientID! })
  return respondNoContent()
})
