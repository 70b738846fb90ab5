import { listQuery } from '#lib/base/list-query.ts'
import { createNamespace } from '#lib/directory/create-namespace.ts'
import { listNamespaces } from '#lib/directory/list-namespaces.ts'
import { newNamespaceSchema } from '#lib/directory/namespace-input.ts'
import { respondJson } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const GET = managementEndpoint(listQuery, async ({ house, actor, input }) =>
  respondJson(200, await listNamespaces(house, actor, input)),
)

export const POST = managementEndpoint(newNamespaceSchema, async ({ house, actor, input }) =>
  respondJson(201, await createNamespace(house, actor, input)),
)
