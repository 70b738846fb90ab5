import type { Actor } from '#lib/base/actor.ts'
import { listProducts } from '#lib/products/list-products.ts'
import { listTenants } from '#lib/tenants/list-tenants.ts'
import { house } from '#server/house-access.ts'

/** Tenants and products the forms offer while somebody types. */
export async function loadKnown(actor: Actor) {
  const [tenants, products] = await Promise.all([loadKnownTenants(actor), listProducts(house(), actor)])
  return { tenants, products }
}

/** The tenants alone. */
export async function loadKnownTenants(actor: Actor) {
  const { data } = await listTenants(house(), actor, { limit: 200 })
  return data.map(({ slug, name }) => ({ slug, name }))
}
