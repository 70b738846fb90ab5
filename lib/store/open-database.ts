import type { Log } from '#lib/base/log.ts'
import type { PrismaClient } from './generated/client.ts'
import { openPglite } from './open-database-pglite.ts'
import { openPostgresql } from './open-database-postgresql.ts'

/**
 * The door of the data room: one database, opened, migrated and ready.
 * PGlite in this process (in memory, or kept in a folder), or PostgreSQL. What is in the database is not known here.
 */
export async function openDatabase(options: OpenDatabaseOptions = {}): Promise<Database> {
  return options.databaseUrl ? openPostgresql(options.databaseUrl, options) : openPglite(options)
}

/** `kind` is for words in the portal and the log; no query may depend on it. */
export type Database = {
  prisma: PrismaClient
  kind: 'pglite' | 'postgresql'
  /** Ends the connections and gives back the lock on the folder. May be called twice. */
  close(): Promise<void>
}

export type DatabaseLog = Pick<Log, 'info' | 'warn'>

export type OpenDatabaseOptions = {
  /** A postgresql:// URL. Its `schema` and `connection_limit` parameters are honoured as Prisma does. */
  databaseUrl?: string
  /** Folder that keeps the embedded database. Absent, and without `databaseUrl`: in memory. */
  dataDir?: string
  /** Connections to PostgreSQL at most, 10 unless told. */
  poolSize?: number
  log?: DatabaseLog
  /** Told every SQL statement as it is sent, BEGIN and COMMIT included: for counting. */
  onStatement?: (sql: string) => void
  /** For tests: the archive of an embedded database that has been migrated before, loaded in place of an empty one. */
  pgliteArchive?: Blob
}
