import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { diffSchema, readMigrations } from './schema-diff.ts'

/**
 * npm run db:diff -- <name>    writes the next migration: what schema.prisma has and the migrations do not
 * npm run db:diff -- --check   says whether there is a difference, and fails when there is
 * npm run db:diff -- --init    writes the first migration anew, as long as no version has been released
 */

const folder = join(import.meta.dirname, '..', 'prisma', 'migrations')
const firstMigration = '20261121000000_init'

async function writeMigration(name: string, sql: string): Promise<void> {
  await mkdir(join(folder, name), { recursive: true })
  const path = join(folder, name, 'migration.sql')
  await writeFile(path, sql)
  console.log(`Wrote prisma/migrations/${name}/migration.sql. Read it before you commit it.`)
}

const [argument] = process.argv.slice(2)
if (argument === '--init') {
  await writeMigration(firstMigration, await diffSchema([]))
} else {
  const migrations = await readMigrations()
  const sql = await diffSchema(migrations)
  if (sql === '') {
    console.log('The migrations produce exactly prisma/schema.prisma.')
  } else if (argument === '--check' || argument === undefined) {
    console.log(`The migrations do not produce prisma/schema.prisma. What is missing:\n\n${sql}`)
    if (argument === undefined) console.log('Give a name to write it: npm run db:diff -- add_something')
    process.exitCode = 1
  } else if (!/^[a-z0-9_]+$/.test(argument)) {
    console.error('The name of a migration is made of small letters, digits and underscores: add_user_tags')
    process.exitCode = 1
  } else {
    const time = new Date().toISOString().replaceAll(/\D/g, '').slice(0, 14)
    const last = migrations.at(-1)?.name ?? ''
    const name = `${time}_${argument}`
    if (name <= last) throw new Error(`The clock of this machine is behind the last migration, ${last}.`)
    await writeMigration(name, sql)
  }
}
