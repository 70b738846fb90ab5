import { createUser } from '#lib/directory/create-user.ts'
import { listUsers, userQuerySchema } from '#lib/directory/list-users.ts'
import { newUserSchema } from '#lib/directory/user-input.ts'
import { respondJson } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const GET = managementEndpoint(userQuerySchema, async ({ house, actor, input }) =>
  respondJson(200, await listUsers(house, actor, input)),
)

export const POST = managementEndpoint(newUserSchema, async ({ house, actor, input }) =>
  respondJson(201, await createUser(house, actor, input)),
)
