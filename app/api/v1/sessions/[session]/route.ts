import { z } from 'zod'
import { respondNoContent } from '#lib/http/respond.ts'
import { endUserSession } from '#lib/sessions/end-user-sessions.ts'
import { managementEndpoint } from '#server/endpoints.ts'

/** Ends one session. */
export const DELETE = managementEndpoint(z.object({}), async ({ house, actor, incoming }) => {
  await endUserSession(house, actor, { id: incoming.params.session! })
  return respondNoContent()
})
