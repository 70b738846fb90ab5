import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import pg from 'pg'
import { afterAll, describe, it } from 'vitest'
import { migrate, readMigrations } from '#lib/store/migrate.ts'
import { type Database, type OpenDatabaseOptions, openDatabase } from '#lib/store/open-database.ts'
import { sessionOf } from '#lib/store/open-database-pglite.ts'

/**
 * Runs the tests of `define` on every database Vestibule supports: PGlite in memory always, PostgreSQL when
 * TEST_DATABASE_URL names a server on which databases may be created (`npm test` starts one). With
 * VESTIBULE_TEST_REQUIRE_POSTGRES=1 a missing server is a failure.
 *
 * Every call of `open` gives a migrated, empty database of its own. Those not closed by the tests are closed, and
 * dropped, after the last of them.
 */
export function describeOnEachDatabase(name: string, define: (open: OpenTestDatabase) => void): void {
  describe(`${name} (PGlite)`, () => define(closingAfterAll(openTestPglite)))
  const serverUrl = process.env.TEST_DATABASE_URL
  if (serverUrl) {
    describe(`${name} (PostgreSQL)`, () =>
      define(closingAfterAll((options) => openTestPostgresql(serverUrl, options))))
  } else if (process.env.VESTIBULE_TEST_REQUIRE_POSTGRES === '1') {
    describe(`${name} (PostgreSQL)`, () => {
      it('has a server to run on', () => {
        throw new Error('VESTIBULE_TEST_REQUIRE_POSTGRES is 1, and TEST_DATABASE_URL names no server.')
      })
    })
  }
}

export type OpenTestDatabase = (options?: TestDatabaseOptions) => Promise<Database>

export type TestDatabaseOptions = Pick<OpenDatabaseOptions, 'onStatement' | 'poolSize' | 'log'>

/** A PGlite in memory, filled from an archive of a migrated one: a fifth of the time a new one takes. */
export async function openTestPglite(options: TestDatabaseOptions = {}): Promise<Database> {
  return openDatabase({ ...options, pgliteArchive: await loadArchive() })
}

/** A database of its own on the server of `serverUrl`, copied from a migrated template, dropped by `close`. */
export async function openTestPostgresql(
  serverUrl: string,
  options: TestDatabaseOptions = {},
): Promise<Database> {
  const template = await onServer(serverUrl, (server) => ensureTemplate(server, serverUrl))
  const name = `vestibule_test_${randomUUID().replaceAll('-', '')}`
  await onServer(serverUrl, (server) => server.query(`CREATE DATABASE ${name} TEMPLATE ${template}`))
  const database = await openDatabase({ ...options, databaseUrl: urlOf(serverUrl, name) })
  let closing: Promise<void> | undefined
  const close = async () => {
    await database.close()
    await onServer(serverUrl, (server) => server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`))
  }
  return {
    ...database,
    close: () => {
      closing ??= close()
      return closing
    },
  }
}

function closingAfterAll(open: OpenTestDatabase): OpenTestDatabase {
  const opened: Database[] = []
  afterAll(async () => {
    await Promise.all(opened.map((database) => database.close()))
  })
  return async (options) => {
    const database = await open(options)
    opened.push(database)
    return database
  }
}

let archive: Promise<Blob> | undefined

/** Kept on disk under the fingerprint of the migrations, because every test file runs in a thread of its own. */
function loadArchive(): Promise<Blob> {
  archive ??= (async () => {
    const folder = join(import.meta.dirname, '..', '..', '.cache')
    const path = join(folder, `pglite-${await fingerprint()}.tar`)
    const kept = await readFile(path).catch(() => undefined)
    if (kept) return new Blob([kept])
    const pglite = await PGlite.create()
    await migrate(sessionOf(pglite), await readMigrations())
    const made = await pglite.dumpDataDir('none')
    await pglite.close()
    await mkdir(folder, { recursive: true })
    const draft = `${path}.${randomUUID()}`
    await writeFile(draft, Buffer.from(await made.arrayBuffer()))
    await rename(draft, path)
    await removeOtherArchives(folder, path)
    return made
  })()
  return archive
}

async function removeOtherArchives(folder: string, kept: string): Promise<void> {
  const outdated = (await readdir(folder)).filter((name) => /^pglite-[0-9a-f]+\.tar$/.test(name))
  const paths = outdated.map((name) => join(folder, name)).filter((path) => path !== kept)
  await Promise.all(paths.map((path) => rm(path, { force: true })))
}

async function ensureTemplate(server: pg.Client, serverUrl: string): Promise<string> {
  const name = `vestibule_template_${await fingerprint()}`
  // Several test files may want it at once; the first one makes it under a name that is not yet the template's.
  await server.query('SELECT pg_advisory_lock(hashtext($1))', [name])
  const found = await server.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])
  if (found.rowCount) return name
  const draft = `vestibule_draft_${randomUUID().replaceAll('-', '')}`
  await server.query(`CREATE DATABASE ${draft}`)
  await (await openDatabase({ databaseUrl: urlOf(serverUrl, draft) })).close()
  await server.query(`ALTER DATABASE ${draft} RENAME TO ${name}`)
  return name
}

/** Of everything that shapes an empty database. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256')
  for (const { name, checksum } of await readMigrations()) hash.update(`${name} ${checksum}\n`)
  hash.update(await readFile(join(import.meta.dirname, '..', '..', 'package-lock.json'), 'utf8'))
  return hash.digest('hex').slice(0, 16)
}

async function onServer<Result>(
  serverUrl: string,
  use: (server: pg.Client) => Promise<Result>,
): Promise<Result> {
  const server = new pg.Client({ connectionString: serverUrl })
  await server.connect()
  try {
    return await use(server)
  } finally {
    await server.end()
  }
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl)
  url.pathname = `/${database}`
  return url.href
}
