import { respondJson } from '#lib/http/respond.ts'
import { endSessionsSchema, endUserSessions } from '#lib/sessions/end-user-sessions.ts'
import { listUserSessions, sessionQuerySchema } from '#lib/sessions/list-user-sessions.ts'
import { managementEndpoint } from '#server/endpoints.ts'

/** Live sessions of end users, newest first. */
export const GET = managementEndpoint(sessionQuerySchema, async ({ house, actor, input }) =>
  respondJson(200, await listUserSessions(house, actor, input)),
)

/** Ends all sessions of a tenant or of a user. */
export const DELETE = managementEndpoint(endSessionsSchema, async ({ house, actor, input }) =>
  respondJson(200, { ended: await endUserSessions(house, actor, input) }),
)
