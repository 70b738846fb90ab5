import { listAuditEvents } from '#lib/audit/list-audit-events.ts'
import { listQuery } from '#lib/base/list-query.ts'
import { respondJson } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

/** Who did what, newest first. */
export const GET = managementEndpoint(listQuery, async ({ house, actor, input }) =>
  respondJson(200, await listAuditEvents(house, actor, input)),
)
