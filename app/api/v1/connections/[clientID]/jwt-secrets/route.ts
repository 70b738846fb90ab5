import { z } from 'zod'
import { createJwtSecret } from '#lib/connections/jwt/create-jwt-secret.ts'
import { listJwtSecrets } from '#lib/connections/jwt/list-jwt-secrets.ts'
import { respondJson } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const GET = managementEndpoint(z.object({}), async ({ house, actor, incoming }) => {
  const clientID = incoming.params.clientID!
  return respondJson(200, { data: await listJwtSecrets(house, actor, { clientID }), nextCursor: null })
})

export const POST = managementEndpoint(z.strictObject({}), async ({ house, actor, incoming }) => {
  const clientID = incoming.params.clientID!
  return respondJson(201, await createJwtSecret(house, actor, { clientID }))
})
