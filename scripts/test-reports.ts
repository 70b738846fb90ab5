/** How many checks held and how many did not. */
export type Outcome = { passed: number; failed: number }

type VitestReport = {
  numPassedTests?: number
  numFailedTests?: number
  testResults?: { status?: string; assertionResults?: unknown[] }[]
}

type PlaywrightReport = { stats?: { expected?: number; unexpected?: number; flaky?: number } }

/** Vitest's JSON report. A file that could not even be loaded counts as one failure. */
export function countVitest(report: unknown, exitCode: number): Outcome {
  const { numPassedTests = 0, numFailedTests = 0, testResults = [] } = (report ?? {}) as VitestReport
  const unloaded = testResults.filter((file) => file.status === 'failed' && !file.assertionResults?.length)
  return agree({ passed: numPassedTests, failed: numFailedTests + unloaded.length }, exitCode)
}

/** Playwright's JSON report. A test that passed at a second try only counts as failed. */
export function countPlaywright(report: unknown, exitCode: number): Outcome {
  const { expected = 0, unexpected = 0, flaky = 0 } = ((report ?? {}) as PlaywrightReport).stats ?? {}
  return agree({ passed: expected, failed: unexpected + flaky }, exitCode)
}

/** A run in which nothing ran, or which ended badly though every test passed, has failed. */
function agree({ passed, failed }: Outcome, exitCode: number): Outcome {
  const unexplained = failed === 0 && (exitCode !== 0 || passed === 0)
  return { passed, failed: unexplained ? 1 : failed }
}
