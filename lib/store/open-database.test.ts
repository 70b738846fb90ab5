import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, describe, expect, test } from 'vitest'
import { isVestibuleError } from '#lib/base/errors.ts'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { readMigrations } from './migrate.ts'
import { openDatabase } from './open-database.ts'

const organization = { id: 'org_1', name: 'Acme', host: 'login.acme.example' }

describeOnEachDatabase('openDatabase', (open) => {
  test('applies every migration before it returns', async () => {
    const { prisma } = await open()
    const rows = await prisma.$queryRaw<{ name: string; checksum: string }[]>`
      SELECT migration_name AS name, checksum FROM _prisma_migrations ORDER BY migration_name`
    expect(rows).toEqual((await readMigrations()).map(({ name, checksum }) => ({ name, checksum })))
  })

  test('instants come back as they were written, and the clock of the database is read as UTC', async () => {
    const { prisma } = await open()
    const createdAt = new Date('2026-07-01T12:34:56.789Z')
    const written = await prisma.organization.create({ data: { ...organization, createdAt } })
    expect(written.createdAt).toEqual(createdAt)
    const [stored] = await prisma.$queryRaw<{ epoch: number; zone: string }[]>`
      SELECT extract(epoch FROM created_at)::float8 AS epoch, current_setting('TimeZone') AS zone FROM organizations`
    expect(stored).toEqual({ epoch: createdAt.getTime() / 1000, zone: 'UTC' })
  })

  test('tells every statement, BEGIN and COMMIT included', async () => {
    const told: string[] = []
    const { prisma } = await open({ onStatement: (sql) => told.push(sql) })
    await prisma.organization.findUnique({ where: { id: 'org_1' } })
    expect(told).toEqual([expect.stringMatching(/^SELECT .* FROM "public"."organizations"/)])
    told.length = 0
    await prisma.$transaction(async (transaction) => {
      await transaction.organization.create({ data: organization })
    })
    expect(told[0]).toBe('BEGIN')
    expect(told.at(-1)).toBe('COMMIT')
    expect(told.filter((sql) => sql.startsWith('INSERT INTO'))).toHaveLength(1)
  })

  test('each call gives an empty database; closing twice is harmless', async () => {
    const one = await open()
    await one.prisma.organization.create({ data: organization })
    const other = await open()
    expect(await other.prisma.organization.count()).toBe(0)
    await one.close()
    await one.close()
  })
})

describe('the embedded database in a folder', () => {
  const parent = mkdtemp(join(tmpdir(), 'vestibule-open-'))
  afterAll(async () => rm(await parent, { recursive: true, force: true }))

  test('the folder is made for its owner alone, and keeps what was written', async () => {
    const dataDir = join(await parent, 'deep', 'data')
    const database = await openDatabase({ dataDir })
    await database.prisma.organization.create({ data: organization })
    await database.close()
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700)
    const again = await openDatabase({ dataDir })
    expect(await again.prisma.organization.findMany()).toMatchObject([organization])
    await again.close()
  })

  test('is refused while it is open, and free again after close', async () => {
    const dataDir = join(await parent, 'held')
    const database = await openDatabase({ dataDir })
    const refusal = await openDatabase({ dataDir }).catch((error: unknown) => error)
    expect(isVestibuleError(refusal)).toBe(true)
    expect((refusal as Error).message).toContain(`pid ${process.pid}`)
    await database.close()
    await (await openDatabase({ dataDir })).close()
  })
})

const serverUrl = process.env.TEST_DATABASE_URL

describe.skipIf(!serverUrl)('PostgreSQL', () => {
  const using = async <Result>(url: string, run: (client: pg.Client) => Promise<Result>) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    return run(client).finally(() => client.end())
  }
  const changed = (change: (url: URL) => void) => {
    const url = new URL(String(serverUrl))
    change(url)
    return url.href
  }

  test('several instances may start at once on an empty database', async () => {
    await using(String(serverUrl), (client) => client.query('CREATE DATABASE vestibule_test_together'))
    const url = changed((it) => {
      it.pathname = '/vestibule_test_together'
    })
    const opened = await Promise.all([1, 2, 3, 4].map(() => openDatabase({ databaseUrl: url })))
    const rows = await opened[0]!.prisma.$queryRaw<unknown[]>`SELECT * FROM _prisma_migrations`
    expect(rows).toHaveLength((await readMigrations()).length)
    await Promise.all(opened.map((database) => database.close()))
    await using(String(serverUrl), (client) => client.query('DROP DATABASE vestibule_test_together'))
  })

  test('the schema that DATABASE_URL names is made and used, whatever its name', async () => {
    const name = 'Front door'
    const url = changed((it) => it.searchParams.set('schema', name))
    const database = await openDatabase({ databaseUrl: url })
    await database.prisma.organization.create({ data: organization })
    expect(await database.prisma.$queryRaw`SELECT id FROM organizations`).toEqual([{ id: 'org_1' }])
    expect(await database.prisma.$queryRaw`SELECT current_schema() AS name`).toEqual([{ name }])
    await database.close()
    await using(url, (client) => client.query('DROP SCHEMA "Front door" CASCADE'))
  })

  test('a wrong password and an unknown database are one sentence each, without the password', async () => {
    const wrong = changed((it) => {
      it.password = 'not-the-password'
    })
    const refused = await openDatabase({ databaseUrl: wrong }).catch((error: Error) => error.message)
    expect(refused).toMatch(/^PostgreSQL at .* refused the password of user ".+"\.$/)
    expect(refused).not.toContain('not-the-password')
    const unknown = changed((it) => {
      it.pathname = '/no_such_database'
    })
    await expect(openDatabase({ databaseUrl: unknown })).rejects.toThrow(/has no database "no_such_database"/)
  })

  test('a connection the server ends is replaced', async () => {
    const url = String(serverUrl)
    const database = await openDatabase({ databaseUrl: url, poolSize: 1 })
    const [own] = await database.prisma.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`
    await using(url, (client) => client.query('SELECT pg_terminate_backend($1)', [own?.pid]))
    await expect
      .poll(() => database.prisma.$queryRaw`SELECT 1 AS one`.catch(() => 'lost'))
      .toEqual([{ one: 1 }])
    await database.close()
  })
})

test('an address that is not PostgreSQL, and a server that is not there, are one sentence each', async () => {
  await expect(openDatabase({ databaseUrl: 'mysql://root@localhost/x' })).rejects.toThrow(
    /^DATABASE_URL is not a Post/,
  )
  const nobody = 'postgresql://vestibule:hidden@127.0.0.1:1/vestibule'
  const message = await openDatabase({ databaseUrl: nobody }).catch((error: Error) => error.message)
  expect(message).toBe(
    'No PostgreSQL answers at 127.0.0.1:1: is it running, and is the port in DATABASE_URL right?',
  )
})
