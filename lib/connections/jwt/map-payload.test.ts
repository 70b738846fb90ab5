import { describe, expect, test } from 'vitest'
import { mapPayload, subjectOf, toPerson } from './map-payload.ts'

describe('who somebody is at a customer’s page', () => {
  const person = { email: 'Pat@Acme.example', firstName: null, lastName: null, id: null, tags: {} }
  const subject = (id: string | null) => subjectOf({ data: { ...person, id } })

  test('their id, or else their address, however it is written', () => {
    expect([subject('p-7'), subject(null)]).toEqual(['p-7', 'pat@acme.example'])
  })

  test('whoever calls themselves by the address of another is not that person', () => {
    expect(subject('pat@acme.example')).not.toBe(subject(null))
    expect(subject('pat@acme.example')).not.toBe(subject('id pat@acme.example'))
  })
})

describe('tags', () => {
  test('of known categories alone, under names nothing else has', () => {
    const data = { ...toPerson({ email: 'a@b.example' })!, tags: { Region: 'West', email: 'x@y.example' } }
    const { profile, leftOut } = mapPayload({ data }, ['Region'], null)
    expect([profile.email, profile.tags, leftOut]).toEqual(['a@b.example', { Region: 'West' }, ['email']])
    expect(profile.raw).toEqual({ email: 'a@b.example', 'tags.Region': 'West' })
  })

  test('are read back from what was kept of them', () => {
    const claims = { id: '7', email: 'a@b.example', 'tags.Region': ['West', 'East'] }
    expect(toPerson(claims)).toMatchObject({ id: '7', email: 'a@b.example', tags: { Region: 'West' } })
    expect(toPerson({ id: '7' })).toBeNull()
  })
})
