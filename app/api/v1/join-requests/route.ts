import { joinRequestQuerySchema } from '#lib/accounts/join-request-input.ts'
import { listJoinRequests } from '#lib/accounts/list-join-requests.ts'
import { respondJson } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const GET = managementEndpoint(joinRequestQuerySchema, async ({ house, actor, input }) =>
  respondJson(200, await listJoinRequests(house, actor, input)),
)
