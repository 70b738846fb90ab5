import type { Db } from './db.ts'

export function listWrappedDataKeys(db: Db): Promise<{ id: string; wrapped: string }[]> {
  return db.sealingKey.findMany({ orderBy: { createdAt: 'asc' }, select: { id: true, wrapped: true } })
}

/** The first data key of a database has a fixed id: when several instances start at once, one wins and all use its key. */
export async function insertFirstDataKey(
  db: Db,
  row: { id: string; wrapped: string; createdAt: Date },
): Promise<void> {
  await db.$executeRaw`
    INSERT INTO sealing_keys (id, wrapped, created_at) VALUES (${row.id}, ${row.wrapped}, ${row.createdAt})
    ON CONFLICT (id) DO NOTHING`
}

export async function insertDataKey(
  db: Db,
  row: { id: string; wrapped: string; createdAt: Date },
): Promise<void> {
  await db.sealingKey.create({ data: row })
}

export async function rewrapDataKey(db: Db, id: string, wrapped: string): Promise<void> {
  await db.sealingKey.updateMany({ where: { id }, data: { wrapped } })
}
