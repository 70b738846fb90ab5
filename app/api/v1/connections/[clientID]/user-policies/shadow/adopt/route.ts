import { z } from 'zod'
import { adoptShadowPolicies } from '#lib/connections/user-policies/shadow-policies.ts'
import { respondJson } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

/** What was tried becomes what holds. */
export const POST = managementEndpoint(z.object({}), async ({ house, actor, incoming }) =>
  respondJson(200, await adoptShadowPolicies(house, actor, { clientID: incoming.params.clientID! })),
)
