import { z } from 'zod'
import { parseConnectionRequest } from '#lib/connections/connection-request.ts'
import { createConnection } from '#lib/connections/create-connection.ts'
import { deleteConnections } from '#lib/connections/delete-connection.ts'
import { connectionQuerySchema, findConnections } from '#lib/connections/find-connections.ts'
import { patchConnection } from '#lib/connections/update-connection.ts'
import { respondJson, respondNoContent } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

/** SSO connections in the Polis dialect (SAML Jackson, "SSO Connection API"). */
const body = z.record(z.string(), z.unknown())

export const POST = managementEndpoint(body, async ({ house, actor, input }) =>
  respondJson(200, await createConnection(house, actor, parseConnectionRequest(input))),
)

export const GET = managementEndpoint(connectionQuerySchema, async ({ house, actor, input }) =>
  respondJson(200, await findConnections(house, actor, input)),
)

export const PATCH = managementEndpoint(body, async ({ house, actor, input, incoming }) => {
  const changed = await patchConnection(house, actor, parseConnectionRequest(input))
  return incoming.headers.get('x-polis-return-connection') === 'true'
    ? respondJson(200, changed)
    : respondNoContent()
})

const deletion = z.object({
  clientID: z.string().optional(),
  clientSecret: z.string().optional(),
  tenant: z.string().optional(),
  product: z.string().optional(),
  strategy: z.enum(['saml', 'oidc', 'jwt']).optional(),
})

export const DELETE = managementEndpoint(deletion, async ({ house, actor, input }) => {
  await deleteConnections(house, actor, input)
  return respondNoContent()
})
