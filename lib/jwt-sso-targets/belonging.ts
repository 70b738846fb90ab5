import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import { ensureProduct } from '../store/products.ts'
import { ensureTenant } from '../store/tenants.ts'

type Slugs = { tenant?: string | null | undefined; product?: string | null | undefined }

/**
 * Tenant and product of a target by id, made where they do not exist yet, as for a connection. By id, because a slug may
 * be given to another tenant later, whose people were not meant. What was not said is left out.
 */
export async function findBelonging(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  organizationId: string,
  { tenant, product }: Slugs,
): Promise<{ tenantId?: string | null; productId?: string | null }> {
  return {
    ...(tenant !== undefined && { tenantId: tenant && (await tenantIdOf(house, organizationId, tenant)) }),
    ...(product !== undefined && {
      productId: product && (await productIdOf(house, organizationId, product)),
    }),
  }
}

async function tenantIdOf(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  organizationId: string,
  slug: string,
): Promise<string> {
  const id = mintId('ten', house.clock.now(), house.random)
  return (await ensureTenant(house.db, { id, organizationId, slug, name: slug })).id
}

async function productIdOf(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  organizationId: string,
  slug: string,
): Promise<string> {
  const id = mintId('prd', house.clock.now(), house.random)
  return (await ensureProduct(house.db, { id, organizationId, slug })).id
}
