import { z } from 'zod'
import { deleteUser } from '#lib/directory/delete-user.ts'
import { loadUser } from '#lib/directory/load-user.ts'
import { updateUser } from '#lib/directory/update-user.ts'
import { userChangeSchema } from '#lib/directory/user-input.ts'
import { respondJson, respondNoContent } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

const nothing = z.object({})

export const GET = managementEndpoint(nothing, async ({ house, actor, incoming }) =>
  respondJson(200, await loadUser(house, actor, { user: incoming.params.user! })),
)

export const PATCH = managementEndpoint(userChangeSchema, async ({ house, actor, incoming, input }) =>
  respondJson(200, await updateUser(house, actor, { user: incoming.params.user!, change: input })),
)

export const DELETE = managementEndpoint(nothing, async ({ house, actor, incoming }) => {
  await deleteUser(house, actor, { user: incoming.params.user! })
  return respondNoContent()
})
