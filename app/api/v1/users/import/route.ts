import { userImportSchema } from '#lib/directory/import-input.ts'
import { importUsers } from '#lib/directory/import-users.ts'
import { respondJson } from '#lib/http/respond.ts'
import { managementUploadEndpoint } from '#server/endpoints.ts'

export const POST = managementUploadEndpoint(
  userImportSchema,
  ['text/csv'],
  async ({ house, actor, input, bytes }) =>
    respondJson(200, await importUsers(house, actor, { ...input, bytes })),
)
