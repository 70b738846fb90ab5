import { z } from 'zod'
import { deleteApplicationSecret } from '#lib/applications/delete-application-secret.ts'
import { respondNoContent } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const DELETE = managementEndpoint(z.object({}), async ({ house, actor, incoming }) => {
  const { application, secret } = incoming.params
  await deleteApplicationSecret(house, actor, { application: application!, secret: secret! })
  return respondNoContent()
})
