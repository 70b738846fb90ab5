import { z } from 'zod'
import { deleteNamespace } from '#lib/directory/delete-namespace.ts'
import { loadNamespace } from '#lib/directory/load-namespace.ts'
import { respondJson, respondNoContent } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

const nothing = z.object({})

export const GET = managementEndpoint(nothing, async ({ house, actor, incoming }) =>
  respondJson(200, await loadNamespace(house, actor, { namespace: incoming.params.namespace! })),
)

export const DELETE = managementEndpoint(nothing, async ({ house, actor, incoming }) => {
  await deleteNamespace(house, actor, { namespace: incoming.params.namespace! })
  return respondNoContent()
})
