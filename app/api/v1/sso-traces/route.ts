import { z } from 'zod'
import { respondJson, respondNoContent } from '#lib/http/respond.ts'
import { deleteTrace } from '#lib/traces/delete-trace.ts'
import { loadTrace } from '#lib/traces/load-trace.ts'
import { managementEndpoint } from '#server/endpoints.ts'

/** Traces in the Polis dialect. */
const named = z.object({ id: z.string({ error: 'is missing' }).min(1).max(100) })

export const GET = managementEndpoint(named, async ({ house, actor, input }) =>
  respondJson(200, { data: await loadTrace(house, actor, input) }),
)

export const DELETE = managementEndpoint(named, async ({ house, actor, input }) => {
  await deleteTrace(house, actor, input)
  return respondNoContent()
})
