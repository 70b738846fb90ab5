import { z } from 'zod'
import { deleteJwtSecret } from '#lib/connections/jwt/delete-jwt-secret.ts'
import { respondNoContent } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const DELETE = managementEndpoint(z.object({}), async ({ house, actor, incoming }) => {
  const { clientID, secret } = incoming.params
  await deleteJwtSecret(house, actor, { clientID: clientID!, secret: secret! })
  return respondNoContent()
})
