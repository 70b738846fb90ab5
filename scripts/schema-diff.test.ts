import { PGlite } from '@electric-sql/pglite'
import { expect, test } from 'vitest'
import { migrate } from '#lib/store/migrate.ts'
import { sessionOf } from '#lib/store/open-database-pglite.ts'
import { deployWithPrisma, diffSchema, readMigrations } from './schema-diff.ts'

test('the migrations produce exactly prisma/schema.prisma', { timeout: 60_000 }, async () => {
  expect(await diffSchema(await readMigrations())).toBe('')
})

test('a difference is found: without a table that a migration makes, that table is missing', {
  timeout: 60_000,
}, async () => {
  const migrations = await readMigrations()
  const changed = migrations.map((migration) => ({
    ...migration,
    sql: `${migration.sql}\nDROP TABLE IF EXISTS "rate_limits";`,
  }))
  expect(await diffSchema(changed)).toContain('-- CreateTable\nCREATE TABLE "rate_limits" (')
})

test('after our runner `prisma migrate deploy` finds nothing to do, and the other way round', {
  timeout: 60_000,
}, async () => {
  const migrations = await readMigrations()
  const names = migrations.map(({ name }) => name)
  const [first, second] = await Promise.all([PGlite.create(), PGlite.create()])
  try {
    expect(await migrate(sessionOf(first), migrations)).toEqual(names)
    expect(await deployWithPrisma(first, migrations)).toEqual([])
    expect(await deployWithPrisma(second, migrations)).toEqual(names)
    expect(await migrate(sessionOf(second), migrations)).toEqual([])
  } finally {
    await Promise.all([first.close(), second.close()])
  }
})

test('a migration that was changed after Prisma had applied it is noticed', {
  timeout: 60_000,
}, async () => {
  const migrations = await readMigrations()
  const changed = migrations.map((migration) => ({ ...migration, checksum: 'f'.repeat(64) }))
  const database = await PGlite.create()
  try {
    await deployWithPrisma(database, migrations)
    await expect(migrate(sessionOf(database), changed)).rejects.toThrow(
      /was changed after it had been applied/,
    )
  } finally {
    await database.close()
  }
})
