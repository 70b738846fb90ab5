import { expect, test } from 'vitest'
import { daysUntil, dueWarning } from './expiry-warning.ts'

const now = new Date('2026-06-01T12:00:00Z')
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000)

test.each([
  [61, null, null],
  [60, null, 60],
  [59.9, null, 60],
  [45, 60, null],
  [30, 60, 30],
  [30, 30, null],
  [14, 30, 14],
  [13, 14, null],
  [7, 14, 7],
  [1.01, 7, null],
  [1, 7, 1],
  [0.1, 1, null],
  // Late, because nobody looked: one warning, not five.
  [5, null, 7],
  [0.5, 60, 1],
  // Expired: there is nothing to be early for.
  [0, 1, null],
  [-1, null, null],
])('%d days before the end, after the warning of %s: %s', (left, warned, due) => {
  expect(dueWarning(inDays(left), warned, now)).toBe(due)
})

test('says how long in words', () => {
  expect([0.5, 1.2, 30].map((days) => daysUntil(inDays(days), now))).toEqual([
    'within a day',
    'in 1 day',
    'in 30 days',
  ])
})
