import type { Db } from './db.ts'

/** A product of the organization: what connections serve and applications belong to. */
export type ProductRecord = {
  id: string
  organizationId: string
  slug: string
  createdAt: Date
  updatedAt: Date
}

/** The product of that slug, made when there is none: safe when two callers name it at the same moment. */
export async function ensureProduct(
  db: Db,
  row: { id: string; organizationId: string; slug: string },
): Promise<ProductRecord> {
  const { organizationId, slug } = row
  await db.product.createMany({ data: row, skipDuplicates: true })
  return db.product.findUniqueOrThrow({ where: { organizationId_slug: { organizationId, slug } } })
}

export function listProductRecords(db: Db, organizationId: string): Promise<ProductRecord[]> {
  return db.product.findMany({ where: { organizationId }, orderBy: { slug: 'asc' }, take: 500 })
}
