import { respondJson } from '#lib/http/respond.ts'
import { countProductTraces, productTracesSchema } from '#lib/traces/list-product-traces.ts'
import { managementEndpoint } from '#server/endpoints.ts'

/** How many traces a product has, in the Polis dialect. */
export const GET = managementEndpoint(productTracesSchema, async ({ house, actor, input }) =>
  respondJson(200, { count: await countProductTraces(house, actor, input) }),
)
