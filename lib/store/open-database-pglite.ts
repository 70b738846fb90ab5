import { join } from 'node:path'
import { PGlite, type Transaction } from '@electric-sql/pglite'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { VestibuleError } from '#lib/base/errors.ts'
import { PrismaClient } from './generated/client.ts'
import { type MigrationSession, migrate, readMigrations } from './migrate.ts'
import type { Database, OpenDatabaseOptions } from './open-database.ts'
import { lockPgliteFolder } from './pglite-lock.ts'

/**
 * Opens the embedded database, for one process alone: PGlite itself has no lock, and opened twice it loses data.
 * Throws a VestibuleError (`internal`) when another process holds the folder or the folder cannot be used.
 */
export async function openPglite(options: OpenDatabaseOptions): Promise<Database> {
  const lock = options.dataDir ? await lockPgliteFolder(options.dataDir, { log: options.log }) : undefined
  let pglite: PGlite | undefined
  try {
    pglite = await createPglite(options)
    await migrate(sessionOf(pglite), await readMigrations(), (name) =>
      options.log?.info({ migration: name }, 'database migration applied'),
    )
  } catch (error) {
    await pglite?.close().catch(() => {})
    await lock?.release()
    throw error
  }
  const opened = pglite
  const client = options.onStatement ? reportingStatements(opened, options.onStatement) : opened
  const prisma = new PrismaClient({ adapter: new PrismaPGlite(client), errorFormat: 'minimal' })
  let closing: Promise<void> | undefined
  const close = async () => {
    await prisma.$disconnect()
    await opened.close()
    await lock?.release()
  }
  return {
    prisma,
    kind: 'pglite',
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

async function createPglite({ dataDir, pgliteArchive }: OpenDatabaseOptions): Promise<PGlite> {
  try {
    const pglite = await PGlite.create({
      dataDir: dataDir ? join(dataDir, 'pglite') : undefined,
      loadDataDir: pgliteArchive,
    })
    // The adapter writes instants without a zone and reads them as UTC, whatever the machine's own zone is.
    await pglite.exec(`SET TIME ZONE 'UTC'`)
    return pglite
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const where = dataDir ? ` in ${join(dataDir, 'pglite')}` : ''
    throw new VestibuleError('internal', `The embedded database${where} could not be opened: ${reason}`, {
      cause,
    })
  }
}

/** Migrations run before anyone else uses the database, so the bare client is one session. */
export function sessionOf(pglite: Pick<PGlite, 'exec' | 'query'>): MigrationSession {
  return {
    run: async (script) => void (await pglite.exec(script)),
    query: async (statement, values) => (await pglite.query<Record<string, unknown>>(statement, values)).rows,
  }
}

/** The same database; every statement is told first. PGlite sends BEGIN and COMMIT itself, so they are told here. */
function reportingStatements(pglite: PGlite, onStatement: (sql: string) => void): PGlite {
  const report = <Target extends PGlite | Transaction>(target: Target): Target =>
    new Proxy(target, {
      get(from, property) {
        const value: unknown = Reflect.get(from, property, from)
        if (typeof value !== 'function') return value
        const call = (...given: unknown[]) => Reflect.apply(value, from, given)
        if (property === 'query' || property === 'exec') {
          return (sql: string, ...rest: unknown[]) => {
            onStatement(sql)
            return call(sql, ...rest)
          }
        }
        if (property === 'transaction') {
          return async (body: (transaction: Transaction) => Promise<unknown>) => {
            onStatement('BEGIN')
            const result = await call((transaction: Transaction) => body(report(transaction)))
            onStatement('COMMIT')
            return result
          }
        }
        return call
      },
    })
  return report(pglite)
}
