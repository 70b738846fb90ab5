import { describe, expect, test } from 'vitest'
import { countPlaywright, countVitest } from './test-reports.ts'

describe('countVitest', () => {
  const file = { status: 'passed', assertionResults: [{}] }
  test('counts tests', () => {
    expect(countVitest({ numPassedTests: 7, numFailedTests: 2, testResults: [file] }, 1)).toEqual({
      passed: 7,
      failed: 2,
    })
  })
  test('a file that could not be loaded is a failure', () => {
    const unloaded = { status: 'failed', assertionResults: [] }
    const report = { numPassedTests: 7, numFailedTests: 0, testResults: [file, unloaded] }
    expect(countVitest(report, 1)).toEqual({ passed: 7, failed: 1 })
  })
  test('an error outside of every test is a failure', () => {
    expect(countVitest({ numPassedTests: 7, numFailedTests: 0 }, 1)).toEqual({ passed: 7, failed: 1 })
  })
  test('no test at all, and no report at all, are failures', () => {
    expect(countVitest({ numPassedTests: 0, numFailedTests: 0 }, 0)).toEqual({ passed: 0, failed: 1 })
    expect(countVitest(undefined, 0)).toEqual({ passed: 0, failed: 1 })
  })
})

describe('countPlaywright', () => {
  test('counts tests, and one that passed at the second try is a failure', () => {
    expect(countPlaywright({ stats: { expected: 5, unexpected: 1, flaky: 1 } }, 1)).toEqual({
      passed: 5,
      failed: 2,
    })
    expect(countPlaywright({ stats: { expected: 5, unexpected: 0, flaky: 0 } }, 0)).toEqual({
      passed: 5,
      failed: 0,
    })
  })
  test('no test at all, and no report at all, are failures', () => {
    expect(countPlaywright({ stats: { expected: 0, unexpected: 0, flaky: 0 } }, 0)).toEqual({
      passed: 0,
      failed: 1,
    })
    expect(countPlaywright(undefined, 1)).toEqual({ passed: 0, failed: 1 })
  })
})
