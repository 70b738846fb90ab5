import { rejectionSchema } from '#lib/accounts/join-request-input.ts'
import { rejectJoinRequest } from '#lib/accounts/reject-join-request.ts'
import { respondJson } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const POST = managementEndpoint(rejectionSchema, async ({ house, actor, incoming, input }) =>
  respondJson(200, await rejectJoinRequest(house, actor, { request: incoming.params.request!, ...input })),
)
