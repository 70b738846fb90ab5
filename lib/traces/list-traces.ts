import { z } from 'zod'
import type { Actor } from '../base/actor.ts'
import { listQuery } from '../base/list-query.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import type { Page } from '../store/db.ts'
import { listTraceRecords } from '../store/traces.ts'
import { type TraceView, viewTrace } from './trace.ts'

export const traceQuerySchema = listQuery.extend({
  tenant: z.string().optional(),
  product: z.string().optional(),
  connection: z.string().optional(),
  outcome: z.enum(['success', 'failure']).optional(),
})

/** Sign-in traces, newest first; `connection` is a connection's id. `query` looks into person, tenant, connection and cause. */
export async function listTraces(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: Partial<z.output<typeof traceQuerySchema>>,
): Promise<Page<TraceView>> {
  checkRole(actor, 'viewer')
  const { connection, limit, ...filter } = input
  const page = await listTraceRecords(house.db, actor.organizationId, {
    ...filter,
    connectionId: connection,
    limit: limit ?? 50,
  })
  return { data: page.data.map(viewTrace), nextCursor: page.nextCursor }
}
