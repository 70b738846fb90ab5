import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { listProductRecords } from '../store/products.ts'

/** The slugs of the organization's products, in alphabetical order. At most 500. */
export async function listProducts(house: Pick<House, 'db'>, actor: Actor): Promise<string[]> {
  checkRole(actor, 'viewer')
  return (await listProductRecords(house.db, actor.organizationId)).map(({ slug }) => slug)
}
