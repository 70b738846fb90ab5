import { z } from 'zod'
import { deleteJoinRequest } from '#lib/accounts/delete-join-request.ts'
import { respondNoContent } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const DELETE = managementEndpoint(z.object({}), async ({ house, actor, incoming }) => {
  await deleteJoinRequest(house, actor, { request: incoming.params.request! })
  return respondNoContent()
})
