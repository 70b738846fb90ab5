import { z } from 'zod'
import { deleteIdentity } from '#lib/directory/delete-identity.ts'
import { respondNoContent } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

/** Unlinks the user from who they are at a connection. */
export const DELETE = managementEndpoint(z.object({}), async ({ house, actor, incoming }) => {
  const { user, identity } = incoming.params
  await deleteIdentity(house, actor, { user: user!, identity: identity! })
  return respondNoContent()
})
