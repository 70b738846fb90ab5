import { z } from 'zod'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { type ConnectionFilter, findConnections as findRecords } from '../store/connections.ts'
import { type ConnectionView, viewConnection } from './view-connection.ts'

const number = z.coerce.number().int().min(0)

/** The query of the dialect's reads. `strategy=oidc` finds nothing but OIDC connections. */
export const connectionQuerySchema = z.object({
  clientID: z.string().max(200).optional(),
  tenant: z.union([z.string().transform((one) => [one]), z.array(z.string()).max(100)]).optional(),
  product: z.string().optional(),
  entityId: z.string().optional(),
  strategy: z.enum(['saml', 'oidc', 'jwt']).optional(),
  sort: z.string().optional(),
})
export type ConnectionQuery = z.output<typeof connectionQuerySchema>

/** Connections by clientID, by entityID, or by tenants and product. Throws `validation_failed` when nothing is named. */
export async function findConnections(
  house: Pick<House, 'db' | 'sealer'>,
  actor: Actor,
  query: ConnectionQuery,
): Promise<ConnectionView[]> {
  checkRole(actor, 'admin')
  const filter = toFilter(query)
  if (!filter)
    throw new VestibuleError('validation_failed', 'Please provide `clientID` or `tenant` and `product`.')
  const rows = await findRecords(house.db, actor.organizationId, filter, { sorted: query.sort === 'true' })
  return rows.map((row) => viewConnection(house, row))
}

/** What the query names, or null when it names too little. */
export function toFilter(query: ConnectionQuery): ConnectionFilter | null {
  const kind = query.strategy
  if (query.clientID) return { clientId: query.clientID, kind }
  if (query.entityId)
    return { upstreamId: query.entityId, tenants: query.tenant, product: query.product, kind }
  if (query.tenant?.length && query.product) return { tenants: query.tenant, product: query.product, kind }
  return null
}

export const productQuerySchema = z.object({
  product: z.string().min(1, 'Please provide a `product`.'),
  pageOffset: number.default(0),
  pageLimit: number.max(200).default(50),
})

/** All connections of a product, page by page. */
export async function findConnectionsByProduct(
  house: Pick<House, 'db' | 'sealer'>,
  actor: Actor,
  query: z.output<typeof productQuerySchema>,
): Promise<ConnectionView[]> {
  checkRole(actor, 'admin')
  const page = { limit: query.pageLimit, offset: query.pageOffset }
  const rows = await findRecords(house.db, actor.organizationId, { product: query.product }, page)
  return rows.map((row) => viewConnection(house, row))
}

/** Whether anything matches the query. Throws `validation_failed` when it names too little. */
export async function hasConnection(
  house: Pick<House, 'db' | 'sealer'>,
  actor: Actor,
  query: ConnectionQuery,
): Promise<boolean> {
  return (await findConnections(house, actor, query)).length > 0
}
