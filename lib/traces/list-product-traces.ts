import { z } from 'zod'
import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { countTracesOfProduct, listTracesOfProduct } from '../store/traces.ts'
import { type TraceView, viewTrace } from './trace.ts'

const page = z.coerce.number({ error: 'must be a number' }).int().min(0)

/** The query of the Polis dialect: pages by offset. */
export const productTracesSchema = z.object({
  product: z.string({ error: 'Please provide a product' }).min(1, 'Please provide a product'),
  pageOffset: page.default(0),
  pageLimit: page.max(200).default(50),
})

/** Traces of a product, newest first. */
export async function listProductTraces(
  house: Pick<House, 'db'>,
  actor: Actor,
  query: z.output<typeof productTracesSchema>,
): Promise<TraceView[]> {
  checkRole(actor, 'viewer')
  return (await listTracesOfProduct(house.db, actor.organizationId, query)).map(viewTrace)
}

/** How many traces a product has. */
export function countProductTraces(
  house: Pick<House, 'db'>,
  actor: Actor,
  query: { product: string },
): Promise<number> {
  checkRole(actor, 'viewer')
  return countTracesOfProduct(house.db, actor.organizationId, query.product)
}
