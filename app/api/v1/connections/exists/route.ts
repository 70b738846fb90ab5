import { connectionQuerySchema, hasConnection } from '#lib/connections/find-connections.ts'
import { respondJson, respondNoContent } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

/** Whether there is a connection: 204, or 404 with an empty object. */
export const GET = managementEndpoint(connectionQuerySchema, async ({ house, actor, input }) =>
  (await hasConnection(house, actor, input)) ? respondNoContent() : respondJson(404, {}),
)
