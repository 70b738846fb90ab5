/**
 * `npm run bench`: what a full login costs, on PGlite and on PostgreSQL. The server runs in a process of its own with
 * its real front and routes; this process plays browser, identity provider and application, so that the CPU time
 * measured is the server's alone. Then what the pages of the portal read, with many rows. Figures vary by some ten per cent from run to run.
 */
import { startPostgresql } from '../scripts/start-postgresql.ts'
import { measureLists } from './measure-lists.ts'
import { measureLogins, type PhaseResult, phases } from './measure-logins.ts'

const rounds = Number(process.argv[2] ?? 400)

const postgresql = await startPostgresql()
try {
  print('PGlite', await measureLogins({}, rounds))
  print('PostgreSQL', await measureLogins({ DATABASE_URL: postgresql.url }, rounds))
  console.log('\nWhat pages of the portal read, PostgreSQL, 100,000 rows of each kind')
  for (const { name, ms } of await measureLists(postgresql.url, 100_000))
    console.log(`  ${name.padEnd(36)}${ms.toFixed(1).padStart(8)} ms`)
} finally {
  await postgresql.stop()
}

function print(name: string, results: Record<(typeof phases)[number], PhaseResult>): void {
  console.log(`\n${name}, ${rounds} logins, one after another`)
  console.log(row('', 'statements', 'CPU ms', 'p50 ms', 'p95 ms'))
  for (const phase of phases) console.log(rowOf(phase, results[phase]))
  const sum = (pick: (result: PhaseResult) => number) =>
    phases.reduce((total, phase) => total + pick(results[phase]), 0)
  console.log(
    rowOf('full login', {
      statements: sum((result) => result.statements),
      cpuMs: sum((result) => result.cpuMs),
      p50Ms: sum((result) => result.p50Ms),
      p95Ms: sum((result) => result.p95Ms),
    }),
  )
}

function rowOf(name: string, { statements, cpuMs, p50Ms, p95Ms }: PhaseResult): string {
  return row(name, statements.toFixed(1), cpuMs.toFixed(2), p50Ms.toFixed(2), p95Ms.toFixed(2))
}

function row(name: string, ...cells: string[]): string {
  return `  ${name.padEnd(12)}${cells.map((cell) => cell.padStart(12)).join('')}`
}
