import type { Db } from './db.ts'

/** Whether the database answers. */
export function pingDatabase(db: Db): Promise<boolean> {
  return db.$queryRaw`SELECT 1`.then(
    () => true,
    () => false,
  )
}
