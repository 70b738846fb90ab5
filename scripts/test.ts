import { stopCommands } from './run-command.ts'
import { provideDatabase, type TestDatabaseServer } from './test-database.ts'
import { isStepName, type Outcome, runStep, type StepName, stepNames } from './test-steps.ts'

/**
 * npm test                 everything, in the order below
 * npm test -- unit e2e     these steps alone (lint, types, unit, build, e2e)
 *
 * All steps run even when one fails. The last line reads "N passed, N failed": the tests that vitest and Playwright
 * ran, and one for each of lint, types and build.
 */

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !isStepName(name))
if (unknown.length > 0) {
  console.error(`There is no step "${unknown.join('", "')}": the steps are ${stepNames.join(', ')}.`)
  process.exit(2)
}
const steps = stepNames.filter((name) => wanted.length === 0 || wanted.includes(name))

const needsDatabase = steps.some((name) => name === 'unit' || name === 'e2e')
let opening: Promise<TestDatabaseServer | undefined> = Promise.resolve(undefined)

// npm passes on a signal that the terminal has sent to all already, so it may come twice.
let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, async () => {
    if (interrupted) return
    interrupted = true
    stopCommands()
    await (await opening)?.stop()
    process.exit(signal === 'SIGINT' ? 130 : 143)
  })
}
if (needsDatabase) opening = provideDatabase()
const database = await opening

const times: string[] = []
const total: Outcome = { passed: 0, failed: database?.failed ? 1 : 0 }
const failedSteps = new Set<StepName>()
try {
  for (const name of steps) {
    if (interrupted) break
    console.log(`\n━━ ${name}`)
    const startedAt = performance.now()
    const { passed, failed } = await runStep(name, { databaseUrl: database?.url, failedSteps })
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
    times.push(`${name.padEnd(6)} ${seconds.padStart(7)} s  ${passed} passed, ${failed} failed`)
    total.passed += passed
    total.failed += failed
    if (failed > 0) failedSteps.add(name)
  }
} finally {
  if (!interrupted) await database?.stop()
}

if (!interrupted) {
  console.log(`\n${times.join('\n')}`)
  if (database?.notice) console.log(`\n${database.notice}`)
  console.log(`\n${total.passed} passed, ${total.failed} failed`)
  process.exitCode = total.failed > 0 ? 1 : 0
}
