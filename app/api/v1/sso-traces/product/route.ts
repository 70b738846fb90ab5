import { respondJson } from '#lib/http/respond.ts'
import { listProductTraces, productTracesSchema } from '#lib/traces/list-product-traces.ts'
import { managementEndpoint } from '#server/endpoints.ts'

/** Traces of a product in the Polis dialect, newest first. */
export const GET = managementEndpoint(productTracesSchema, async ({ house, actor, input }) =>
  respondJson(200, { data: await listProductTraces(house, actor, input) }),
)
