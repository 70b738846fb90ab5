import { PrismaPg } from '@prisma/adapter-pg'
import pg from 'pg'
import { VestibuleError } from '#lib/base/errors.ts'
import { describeConnectionError } from './describe-connection-error.ts'
import { PrismaClient } from './generated/client.ts'
import { type MigrationSession, migrate, readMigrations } from './migrate.ts'
import type { Database, DatabaseLog, OpenDatabaseOptions } from './open-database.ts'

/** No request is worth more than this on the server: a statement that takes longer has gone wrong. */
const sessionSettings = {
  statement_timeout: 30_000,
  lock_timeout: 10_000,
  idle_in_transaction_session_timeout: 30_000,
}

const connectTimeoutMilliseconds = 10_000

/** How many different statements a connection keeps prepared. */
const preparedLimit = 200

/**
 * Names statements, so that each connection parses and plans them once. Only the first texts seen get a name: lists of
 * varying length could otherwise fill the server's memory.
 */
function nameStatements(): (query: { sql: string }) => string {
  const names = new Map<string, string>()
  return ({ sql }) => {
    const known = names.get(sql)
    if (known || names.size >= preparedLimit) return known ?? ''
    const name = `vestibule_${names.size}`
    names.set(sql, name)
    return name
  }
}

type Target = {
  connectionString: string
  schema: string | undefined
  poolSize: number | undefined
  options: string
}

/**
 * Opens PostgreSQL. Throws a VestibuleError (`internal`) with one sentence, never with the password in it, when it
 * cannot be reached or its history does not fit this version.
 */
export async function openPostgresql(databaseUrl: string, settings: OpenDatabaseOptions): Promise<Database> {
  const target = parseDatabaseUrl(databaseUrl)
  await migratePostgresql(databaseUrl, target, settings.log)
  const pool = new pg.Pool({
    ...sessionSettings,
    connectionString: target.connectionString,
    options: target.options,
    application_name: 'vestibule',
    connectionTimeoutMillis: connectTimeoutMilliseconds,
    max: settings.poolSize ?? target.poolSize ?? 10,
  })
  // Without a listener a connection that the server drops while idle would end the process.
  pool.on('error', (error) => settings.log?.warn({ reason: error.message }, 'database connection lost'))
  const { onStatement } = settings
  if (onStatement) pool.on('connect', (client) => reportStatements(client, onStatement))
  const prisma = new PrismaClient({
    adapter: new PrismaPg(pool, { schema: target.schema, statementNameGenerator: nameStatements() }),
    errorFormat: 'minimal',
  })
  let closing: Promise<void> | undefined
  const close = async () => {
    await prisma.$disconnect()
    await pool.end()
  }
  return {
    prisma,
    kind: 'postgresql',
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

/** On a connection of its own: the advisory lock belongs to the session, and a migration may take long. */
async function migratePostgresql(
  databaseUrl: string,
  target: Target,
  log: DatabaseLog | undefined,
): Promise<void> {
  const client = new pg.Client({
    connectionString: target.connectionString,
    options: target.options,
    application_name: 'vestibule migrations',
    connectionTimeoutMillis: connectTimeoutMilliseconds,
  })
  client.on('error', () => {}) // Each query rejects by itself as well.
  const migrations = await readMigrations()
  try {
    await client.connect()
  } catch (cause) {
    throw new VestibuleError('internal', describeConnectionError(cause, databaseUrl), {
      internal: cause instanceof Error ? cause.message : String(cause),
    })
  }
  try {
    if (target.schema) await client.query(`CREATE SCHEMA IF NOT EXISTS ${pg.escapeIdentifier(target.schema)}`)
    await migrate(sessionOf(client), migrations, (name) =>
      log?.info({ migration: name }, 'database migration applied'),
    )
  } finally {
    await client.end()
  }
}

function sessionOf(client: pg.Client): MigrationSession {
  return {
    run: async (script) => void (await client.query(script)),
    query: async (statement, values) => (await client.query<Record<string, unknown>>(statement, values)).rows,
  }
}

/** Takes out of the URL what Prisma puts there and the driver does not know. */
function parseDatabaseUrl(databaseUrl: string): Target {
  const url = URL.parse(databaseUrl)
  if (!url || !['postgres:', 'postgresql:'].includes(url.protocol)) {
    throw new VestibuleError(
      'internal',
      'DATABASE_URL is not a PostgreSQL address. It should read postgresql://user:password@host:5432/database.',
    )
  }
  const take = (name: string) => {
    const value = url.searchParams.get(name)
    url.searchParams.delete(name)
    return value || undefined
  }
  const schema = take('schema')
  const poolSize = Number(take('connection_limit')) || undefined
  // The adapter writes instants without a zone and reads them as UTC, whatever the server's own zone is.
  const options = [take('options'), '-c timezone=UTC', schema && `-c search_path=${quoteForOptions(schema)}`]
  return { connectionString: url.href, schema, poolSize, options: options.filter(Boolean).join(' ') }
}

/** An identifier inside the `options` startup parameter, where a backslash escapes blanks and itself. */
function quoteForOptions(schema: string): string {
  return pg.escapeIdentifier(schema).replaceAll(/[\\ ]/g, '\\$&')
}

function reportStatements(client: pg.PoolClient, onStatement: (sql: string) => void): void {
  const send = client.query
  client.query = ((query: string | { text: string }, ...rest: unknown[]) => {
    onStatement(typeof query === 'string' ? query : query.text)
    return Reflect.apply(send, client, [query, ...rest])
  }) as typeof client.query
}
