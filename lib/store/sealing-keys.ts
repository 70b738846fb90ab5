import type { Db } from './db.ts'

export type SealingKeyRecord = { id: string; wrapped: string; createdAt: Date }

/** All data keys, oldest first. */
export function listWrappedDataKeys(db: Db): Promise<SealingKeyRecord[]> {
  return db.sealingKey.findMany({ orderBy: [{ createdAt: 'asc' }, { id: 'asc' }] })
}

/** Adds a data key; when another instance was faster under the same id, its key stays. */
export async function insertDataKey(db: Db, row: SealingKeyRecord): Promise<void> {
  await db.$executeRaw`
    INSERT INTO sealing_keys (id, wrapped, created_at) VALUES (${row.id}, ${row.wrapped}, ${row.createdAt})
    ON CONFLICT (id) DO NOTHING`
}

export async function rewrapDataKey(db: Db, id: string, wrapped: string): Promise<void> {
  await db.sealingKey.updateMany({ where: { id }, data: { wrapped } })
}
