import type { Db } from './db.ts'

export type ApplicationRecord = {
  id: string
  organizationId: string
  product: string
  name: string
  createdAt: Date
  updatedAt: Date
}

/** The application of that product, made when there is none: safe when two callers name it at the same moment. */
export async function ensureApplication(
  db: Db,
  row: { id: string; organizationId: string; product: string; name: string },
): Promise<ApplicationRecord> {
  const { organizationId, product } = row
  await db.application.createMany({ data: row, skipDuplicates: true })
  return db.application.findUniqueOrThrow({ where: { organizationId_product: { organizationId, product } } })
}

export function listApplicationRecords(db: Db, organizationId: string): Promise<ApplicationRecord[]> {
  return db.application.findMany({ where: { organizationId }, orderBy: { product: 'asc' }, take: 500 })
}
