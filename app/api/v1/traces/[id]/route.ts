import { z } from 'zod'
import { respondJson } from '#lib/http/respond.ts'
import { loadTrace } from '#lib/traces/load-trace.ts'
import { managementEndpoint } from '#server/endpoints.ts'

export const GET = managementEndpoint(z.object({}), async ({ house, actor, incoming }) =>
  respondJson(200, await loadTrace(house, actor, { id: incoming.params.id! })),
)
