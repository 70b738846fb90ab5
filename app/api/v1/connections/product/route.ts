import { findConnectionsByProduct, productQuerySchema } from '#lib/connections/find-connections.ts'
import { respondJson } from '#lib/http/respond.ts'
import { managementEndpoint } from '#server/endpoints.ts'

/** All connections of a product. */
export const GET = managementEndpoint(productQuerySchema, async ({ house, actor, input }) =>
  respondJson(200, await findConnectionsByProduct(house, actor, input)),
)
