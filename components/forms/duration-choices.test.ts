import { expect, test } from 'vitest'
import { describeDuration, durationChoices } from './duration-choices.ts'

test.each([
  [60, '1 minute'],
  [90, '90 seconds'],
  [5400, '90 minutes'],
  [28_800, '8 hours'],
  [86_400, '1 day'],
  [129_600, '36 hours'],
  [30 * 86_400, '30 days'],
])('%i seconds are %s', (seconds, words) => expect(describeDuration(seconds)).toBe(words))

test('choices keep to their limits and hold the present one', () => {
  const labels = (present: number) => durationChoices(1800, 7200, present).map(({ label }) => label)
  expect(labels(3600)).toEqual(['30 minutes', '1 hour', '2 hours'])
  expect(labels(5400)).toEqual(['30 minutes', '1 hour', '90 minutes', '2 hours'])
  expect(labels(86_400)).toEqual(['30 minutes', '1 hour', '2 hours', '1 day'])
})
