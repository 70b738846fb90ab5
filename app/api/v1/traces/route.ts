import { respondJson } from '#lib/http/respond.ts'
import { listTraces, traceQuerySchema } from '#lib/traces/list-traces.ts'
import { managementEndpoint } from '#server/endpoints.ts'

/** Sign-in traces, newest first. */
export const GET = managementEndpoint(traceQuerySchema, async ({ house, actor, input }) =>
  respondJson(200, await listTraces(house, actor, input)),
)
