import { z } from 'zod'
import { addUserToNamespace } from '#lib/directory/add-user-to-namespace.ts'
import { removeUserFromNamespace } from '#lib/directory/remove-user-from-namespace.ts'
import { respondNoContent } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const PUT = managementEndpoint(z.strictObject({}), async ({ house, actor, incoming }) => {
  const { namespace, user } = incoming.params
  await addUserToNamespace(house, actor, { namespace: namespace!, user: user! })
  return respondNoContent()
})

export const DELETE = managementEndpoint(z.object({}), async ({ house, actor, incoming }) => {
  const { namespace, user } = incoming.params
  await removeUserFromNamespace(house, actor, { namespace: namespace!, user: user! })
  return respondNoContent()
})
