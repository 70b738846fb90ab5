import { importConnection } from '#lib/connections/import/import-connection.ts'
import { connectionImportSchema } from '#lib/connections/import/read-import.ts'
import { respondJson } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const POST = managementEndpoint(connectionImportSchema, async ({ house, actor, input }) =>
  respondJson(200, await importConnection(house, actor, input)),
)
