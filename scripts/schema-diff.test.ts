import { expect, test } from 'vitest'
import { diffSchema, readMigrations } from './schema-diff.ts'

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
