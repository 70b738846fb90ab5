import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mintId, systemRandom } from '#lib/base/ids.ts'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { type Migration, migrate, readMigrations } from './migrate.ts'
import { sessionOf } from './open-database-pglite.ts'

const first: Migration = {
  name: '1_first',
  sql: 'CREATE TABLE one (id INT); CREATE TABLE two (id INT);',
  checksum: 'a',
}
const second: Migration = { name: '2_second', sql: 'ALTER TABLE one ADD COLUMN name TEXT;', checksum: 'b' }
const broken: Migration = {
  name: '3_broken',
  sql: 'CREATE TABLE three (id INT); SELECT no_such_thing();',
  checksum: 'c',
}

describe('migrate', () => {
  let pglite: PGlite
  beforeAll(async () => {
    pglite = await PGlite.create()
  })
  afterAll(() => pglite.close())

  const session = () => sessionOf(pglite)
  const tables = async () =>
    (
      await pglite.query<{ name: string }>(
        `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'`,
      )
    ).rows
      .map((row) => row.name)
      .sort()

  test('applies what is missing, once', async () => {
    const told: string[] = []
    expect(await migrate(session(), [first], (name) => told.push(name))).toEqual(['1_first'])
    expect(told).toEqual(['1_first'])
    expect(await migrate(session(), [first, second])).toEqual(['2_second'])
    expect(await migrate(session(), [first, second])).toEqual([])
    expect(await tables()).toEqual(['_prisma_migrations', 'one', 'two'])
  })

  test('records a migration as `prisma migrate deploy` does', async () => {
    const { rows } = await pglite.query('SELECT * FROM _prisma_migrations ORDER BY migration_name')
    expect(rows).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        checksum: 'a',
        migration_name: '1_first',
        logs: null,
        rolled_back_at: null,
        started_at: expect.any(Date),
        finished_at: expect.any(Date),
        applied_steps_count: 1,
      },
      expect.objectContaining({ migration_name: '2_second', checksum: 'b' }),
    ])
  })

  test('a migration that fails leaves nothing behind, and the lock is given back', async () => {
    await expect(migrate(session(), [first, second, broken])).rejects.toThrow(
      /"3_broken" could not be applied: .*no_such_thing/,
    )
    expect(await tables()).not.toContain('three')
    expect(await migrate(session(), [first, second])).toEqual([])
    const { rows } = await pglite.query(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory'`)
    expect(rows).toEqual([])
  })

  test('refuses a migration that was changed after it had been applied', async () => {
    await expect(migrate(session(), [{ ...first, checksum: 'changed' }, second])).rejects.toThrow(
      /"1_first" was changed after it had been applied/,
    )
  })

  test('refuses a database that a newer version has been at', async () => {
    await expect(migrate(session(), [first])).rejects.toThrow(/newer or different version .*"2_second"/)
  })

  test('refuses a migration that Prisma began and did not finish', async () => {
    await pglite.exec(`UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '2_second'`)
    await expect(migrate(session(), [first, second])).rejects.toThrow(
      /"2_second" was started .* did not finish/,
    )
  })

  test('takes no account of one that was rolled back', async () => {
    await pglite.exec(`ALTER TABLE one DROP COLUMN name`)
    await pglite.exec(
      `UPDATE _prisma_migrations SET rolled_back_at = now() WHERE migration_name = '2_second'`,
    )
    expect(await migrate(session(), [first, second])).toEqual(['2_second'])
  })
})

test('the migrations of this version are in order and fingerprinted with SHA-256', async () => {
  const migrations = await readMigrations()
  expect(migrations.length).toBeGreaterThan(0)
  expect(migrations.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name).sort())
  for (const { name, checksum } of migrations) {
    expect(name).toMatch(/^\d{14}_[a-z0-9_]+$/)
    expect(checksum).toMatch(/^[0-9a-f]{64}$/)
  }
})

test('a folder without migrations is told from one that is missing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vestibule-migrations-'))
  expect(await readMigrations(folder)).toEqual([])
  await rm(folder, { recursive: true })
  await expect(readMigrations(folder)).rejects.toThrow(/ENOENT/)
})

describeOnEachDatabase('the audit log is append-only', (open) => {
  const at = new Date('2026-01-02T03:04:05Z')
  const event = () => ({
    id: mintId('aud', at, systemRandom),
    organizationId: 'org_1',
    actorType: 'member',
    actorId: 'mem_1',
    actorName: 'owner@acme.example',
    action: 'tenant.create',
    targetType: 'tenant',
    targetId: 'ten_1',
    targetName: 'Acme',
    result: 'success',
    address: '192.0.2.1',
    requestId: 'req_1',
    at,
  })

  test('events are added and read; UPDATE, DELETE and TRUNCATE are refused', async () => {
    const { prisma } = await open()
    await prisma.auditEvent.create({ data: event() })
    const change = prisma.auditEvent.updateMany({ data: { result: 'failure' } })
    await expect(change).rejects.toThrow(/append-only: UPDATE is refused/)
    await expect(prisma.auditEvent.deleteMany({})).rejects.toThrow(/append-only: DELETE is refused/)
    await expect(prisma.$executeRaw`TRUNCATE audit_events`).rejects.toThrow(
      /append-only: TRUNCATE is refused/,
    )
    expect(await prisma.auditEvent.findMany()).toMatchObject([
      { action: 'tenant.create', result: 'success', at },
    ])
  })
})
