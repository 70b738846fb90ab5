import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { bindMigrationAwareSqlAdapterFactory, type SqlDriverAdapter } from '@prisma/driver-adapter-utils'
import { type MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { type Migration, readMigrations } from '#lib/store/migrate.ts'

/**
 * The SQL that leads from the migrations to prisma/schema.prisma, found by Prisma's own engine as WebAssembly over
 * PGlite: without a database server and without downloading anything.
 */

const root = join(import.meta.dirname, '..')

/** The SQL that is missing after `migrations` for the database to be as schema.prisma says; empty when none is. */
export async function diffSchema(migrations: Migration[]): Promise<string> {
  const content = await readSchema()
  const base = await PGlite.create()
  try {
    const difference = await withEngine(base, (engine) =>
      engine.diff({
        from: migrations.length === 0 ? { tag: 'empty' } : { tag: 'migrations', ...listOf(migrations) },
        to: { tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content }] },
        script: true,
        exitCode: null,
        filters: { externalTables: [], externalEnums: [] },
      }),
    )
    return tidy(difference.stdout ?? '')
  } finally {
    await base.close()
  }
}

/** What `prisma migrate deploy` does on `database`. Returns the names of the migrations it applied. */
export async function deployWithPrisma(database: PGlite, migrations: Migration[]): Promise<string[]> {
  const filters = { externalTables: [], externalEnums: [] }
  const input = { migrationsList: listOf(migrations), filters }
  return (await withEngine(database, (engine) => engine.applyMigrations(input))).appliedMigrationNames
}

async function withEngine<Result>(
  database: PGlite,
  use: (engine: SchemaEngine) => Promise<Result>,
): Promise<Result> {
  const adapter = bindMigrationAwareSqlAdapterFactory(new EngineAdapterFactory(database))
  const engine = await SchemaEngine.new(
    { datamodels: [['schema.prisma', await readSchema()]] },
    () => {},
    adapter,
  )
  try {
    return await use(engine)
  } finally {
    engine.free()
  }
}

function readSchema(): Promise<string> {
  return readFile(join(root, 'prisma', 'schema.prisma'), 'utf8')
}

/** All migrations of prisma/migrations, as they are now. */
export { readMigrations }

function listOf(migrations: Migration[]): MigrationList {
  return {
    baseDir: join(root, 'prisma', 'migrations'),
    lockfile: { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' },
    shadowDbInitScript: '',
    migrationDirectories: migrations.map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
    })),
  }
}

/**
 * The engine writes "-- This is an empty migration." when there is nothing to do. Making the schema "public" is left
 * out: it wants a right that a plain database user does not have, and the tables may live in another schema.
 */
function tidy(script: string): string {
  const kept = script.replace(/-- CreateSchema\nCREATE SCHEMA IF NOT EXISTS "public";\n/, '').trim()
  const statements = kept.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('--'))
  return statements.length === 0 ? '' : `${kept}\n`
}

/** The adapter starts a script without waiting for it, which the engine relies on. */
class EngineAdapterFactory extends PrismaPGlite {
  readonly #base: PGlite

  constructor(base: PGlite) {
    super(base)
    this.#base = base
  }

  override async connect(): Promise<SqlDriverAdapter> {
    return waitForScripts(await super.connect(), this.#base)
  }

  override async connectToShadowDb(): Promise<SqlDriverAdapter> {
    const shadow = await PGlite.create()
    const adapter = waitForScripts(await new PrismaPGlite(shadow).connect(), shadow)
    adapter.dispose = () => shadow.close()
    return adapter
  }
}

function waitForScripts(adapter: SqlDriverAdapter, database: PGlite): SqlDriverAdapter {
  adapter.executeScript = async (script) => void (await database.exec(script))
  return adapter
}
