import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPages } from './build.ts'
import { ensureChromium } from './find-chromium.ts'
import { generateClient } from './generate.ts'
import { runCommand } from './run-command.ts'
import { countPlaywright, countVitest, type Outcome } from './test-reports.ts'

export type { Outcome }

export type StepName = 'lint' | 'types' | 'unit' | 'build' | 'e2e'

export type StepContext = {
  /** A PostgreSQL server for the tests, when there is one. */
  databaseUrl: string | undefined
  /** Steps before this one that failed. */
  failedSteps: ReadonlySet<StepName>
}

const steps: Record<StepName, (context: StepContext) => Promise<Outcome>> = {
  lint: async () => asOutcome(await runCommand('biome', ['ci'])),
  types: async () => {
    generateClient()
    const typegen = await runCommand('next', ['typegen'], { onLine: () => {} })
    return asOutcome(typegen || (await runCommand('tsc', ['--noEmit'])))
  },
  unit: async ({ databaseUrl }) => {
    generateClient()
    return countingReport(async (report) => {
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
      const code = await runCommand('vitest', ['run', '--allowOnly=false', ...reporters], {
        env: { TEST_DATABASE_URL: databaseUrl },
      })
      return countVitest(read(report), code)
    })
  },
  build: async () => {
    generateClient()
    await buildPages()
    return { passed: 1, failed: 0 }
  },
  e2e: async ({ databaseUrl, failedSteps }) => {
    if (failedSteps.has('build'))
      throw new Error('The journeys were not run, because the pages could not be built.')
    generateClient()
    await buildPages()
    const env = { TEST_DATABASE_URL: databaseUrl, CHROMIUM_PATH: ensureChromium() }
    return countingReport(async (report) => {
      const code = await runCommand('playwright', ['test', '--forbid-only', '--reporter=list,json'], {
        env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
      })
      return countPlaywright(read(report), code)
    })
  },
}

export const stepNames = Object.keys(steps) as StepName[]

export function isStepName(name: string): name is StepName {
  return Object.hasOwn(steps, name)
}

/** Runs one step. What it throws is printed and counts as one failure. */
export async function runStep(name: StepName, context: StepContext): Promise<Outcome> {
  try {
    return await steps[name](context)
  } catch (error) {
    console.error((error as Error).message)
    return { passed: 0, failed: 1 }
  }
}

function asOutcome(code: number): Outcome {
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

async function countingReport(run: (report: string) => Promise<Outcome>): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'vestibule-report-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return run(join(folder, 'report.json'))
}

function read(report: string): unknown {
  try {
    return JSON.parse(readFileSync(report, 'utf8'))
  } catch {
    return undefined
  }
}
