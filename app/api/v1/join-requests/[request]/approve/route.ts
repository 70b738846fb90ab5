import { z } from 'zod'
import { approveJoinRequest } from '#lib/accounts/approve-join-request.ts'
import { respondJson } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const POST = managementEndpoint(z.strictObject({}), async ({ house, actor, incoming }) =>
  respondJson(200, await approveJoinRequest(house, actor, { request: incoming.params.request! })),
)
