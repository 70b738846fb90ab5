/**
 * `npm run bench`: what it costs to sign people in, on PGlite and on PostgreSQL. The server runs in a process of its own
 * with its real front and routes; this process plays browser, identity provider and application, so that the CPU time
 * measured is the server's alone. Then what the pages of the portal read, with many rows. Figures vary by some ten per cent from run to run.
 */
import { startPostgresql } from '../scripts/start-postgresql.ts'
import { measureLists } from './measure-lists.ts'
import { type FlowResult, measureLogins, type PhaseResult } from './measure-logins.ts'

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

function print(database: string, results: FlowResult[]): void {
  for (const { name, phases } of results) {
    console.log(`\n${name}, on ${database}, ${rounds} one after another`)
    console.log(row('', 'statements', 'CPU ms', 'p50 ms', 'p95 ms'))
    const ofSignIn = phases.filter(({ later }) => !later)
    for (const phase of ofSignIn) console.log(rowOf(phase))
    console.log(rowOf(sumOf(ofSignIn)))
    for (const phase of phases.filter(({ later }) => later)) console.log(rowOf(phase))
  }
}

function sumOf(phases: PhaseResult[]): Omit<PhaseResult, 'later'> {
  const sum = (member: 'statements' | 'cpuMs' | 'p50Ms' | 'p95Ms') =>
    phases.reduce((total, phase) => total + phase[member], 0)
  return {
    name: 'full sign-in',
    statements: sum('statements'),
    cpuMs: sum('cpuMs'),
    p50Ms: sum('p50Ms'),
    p95Ms: sum('p95Ms'),
  }
}

function rowOf({ name, statements, cpuMs, p50Ms, p95Ms }: Omit<PhaseResult, 'later'>): string {
  return row(name, statements.toFixed(1), cpuMs.toFixed(2), p50Ms.toFixed(2), p95Ms.toFixed(2))
}

function row(name: string, ...cells: string[]): string {
  return `  ${name.padEnd(16)}${cells.map((cell) => cell.padStart(12)).join('')}`
}
