import { exportUsers, userExportSchema } from '#lib/directory/export-users.ts'
import { respondFile } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const GET = managementEndpoint(userExportSchema, async ({ house, actor, input }) => {
  const { fileName, pieces } = await exportUsers(house, actor, input)
  return respondFile('text/csv; charset=utf-8', fileName, pieces)
})
