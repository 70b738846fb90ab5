import { describe, expect, it } from 'vitest'
import { certificateAge, inDays } from './certificate-age.ts'

const now = new Date('2026-06-15T12:00:00Z')
const age = (notAfter: string, notBefore = '2026-01-01T00:00:00Z') =>
  certificateAge({ notBefore, notAfter }, now)

describe('age of a certificate', () => {
  it('is valid while more than 60 days are left', () => {
    expect(age('2026-08-14T12:00:00Z')).toEqual({ state: 'valid', days: 60 })
  })

  it('is ending in its last 60 days', () => {
    expect(age('2026-08-14T11:59:59Z')).toEqual({ state: 'ending', days: 59 })
    expect(inDays(age('2026-06-27T13:00:00Z'))).toBe('in 12 days')
    expect(inDays(age('2026-06-15T13:00:00Z'))).toBe('today')
    expect(inDays(age('2026-06-16T13:00:00Z'))).toBe('in 1 day')
  })

  it('has ended from the instant it names', () => {
    expect(age('2026-06-15T11:59:59Z')).toEqual({ state: 'ended', days: 0 })
    expect(inDays(age('2026-06-13T11:00:00Z'))).toBe('2 days ago')
  })

  it('is not valid yet before its first instant', () => {
    expect(age('2027-01-01T00:00:00Z', '2026-06-16T13:00:00Z')).toEqual({ state: 'future', days: 2 })
  })
})
