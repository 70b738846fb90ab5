import { createHash, randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { VestibuleError } from '#lib/base/errors.ts'

/**
 * Brings a database to the schema of this version.
 * Keeps the same `_prisma_migrations` table, checksums and advisory lock as `prisma migrate deploy`, so that
 * either may run first, several instances may start at once, and both then find nothing left to do.
 * Knows SQL alone: who connects, and to what, is for open-database.ts.
 */

/** One folder of prisma/migrations. `checksum` is the SHA-256 of `sql`, in hex. */
export type Migration = { name: string; sql: string; checksum: string }

/** One database session. `run` takes a script of any number of statements, `query` one statement. */
export type MigrationSession = {
  run(script: string): Promise<void>
  query(statement: string, values?: unknown[]): Promise<Record<string, unknown>[]>
}

type AppliedMigration = { name: string; checksum: string; finished: boolean }

const migrationsFolder = join(import.meta.dirname, '..', '..', 'prisma', 'migrations')

/** The key `prisma migrate` locks as well. */
const advisoryLockKey = 72707369

const createHistoryTable = `
CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
)`

/**
 * Applies what is missing, in the order of the names, each migration in a transaction of its own.
 * Returns the names applied. Throws a VestibuleError (`internal`) whose sentence says what an operator can do
 * when the history of the database is not a beginning of `migrations`.
 */
export async function migrate(
  session: MigrationSession,
  migrations: Migration[],
  onApplied: (name: string) => void = () => {},
): Promise<string[]> {
  // Waits for another instance that starts at the same time.
  await session.query(`SELECT pg_advisory_lock(${advisoryLockKey})`)
  try {
    const applied = await readHistory(session)
    checkHistory(applied, migrations)
    const done = new Set(applied.map((migration) => migration.name))
    const pending = migrations.filter((migration) => !done.has(migration.name))
    for (const migration of pending) {
      await applyMigration(session, migration)
      onApplied(migration.name)
    }
    return pending.map((migration) => migration.name)
  } finally {
    await session.query(`SELECT pg_advisory_unlock(${advisoryLockKey})`)
  }
}

/** The migrations of this version, in the order in which they apply. */
export async function readMigrations(folder: string = migrationsFolder): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return Promise.all(
    names.sort().map(async (name) => {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8')
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

async function readHistory(session: MigrationSession): Promise<AppliedMigration[]> {
  const [found] = await session.query(`SELECT to_regclass('_prisma_migrations') IS NOT NULL AS present`)
  if (found?.present !== true) {
    await session.run(createHistoryTable)
    return []
  }
  const rows = await session.query(`
    SELECT migration_name, checksum, finished_at IS NOT NULL AS finished
    FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name`)
  return rows.map((row) => ({
    name: String(row.migration_name),
    checksum: String(row.checksum),
    finished: row.finished === true,
  }))
}

function checkHistory(applied: AppliedMigration[], migrations: Migration[]): void {
  const known = new Map(migrations.map((migration) => [migration.name, migration]))
  for (const { name, checksum, finished } of applied) {
    const migration = known.get(name)
    if (!migration) {
      throw refusal(
        `The database was set up by a newer or different version of Vestibule (it has the migration "${name}", ` +
          'which this version does not know). Start that version, or restore a backup made before the upgrade.',
      )
    }
    if (!finished) {
      throw refusal(
        `The migration "${name}" was started on this database and did not finish. ` +
          'Repair it with "prisma migrate resolve", or restore a backup.',
      )
    }
    if (migration.checksum !== checksum) {
      throw refusal(
        `The migration "${name}" was changed after it had been applied to this database. ` +
          'Restore prisma/migrations as released, or start with an empty database.',
      )
    }
  }
}

async function applyMigration(session: MigrationSession, migration: Migration): Promise<void> {
  await session.run('BEGIN')
  try {
    const startedAt = await session.query('SELECT clock_timestamp() AS at')
    await session.run(migration.sql)
    await session.query(
      `INSERT INTO _prisma_migrations
         (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, $4, clock_timestamp(), 1)`,
      [randomUUID(), migration.checksum, migration.name, startedAt[0]?.at],
    )
    await session.run('COMMIT')
  } catch (cause) {
    await session.run('ROLLBACK')
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw refusal(`The migration "${migration.name}" could not be applied: ${reason}.`, cause)
  }
}

function refusal(sentence: string, cause?: unknown): VestibuleError {
  return new VestibuleError('internal', sentence, { cause })
}
