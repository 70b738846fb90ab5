import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findPerson, people } from './people.ts'

describe('the people of a tenant', () => {
  it('are four, the same every time, named by what they do', () => {
    expect(people('acme').map(({ email }) => email)).toEqual([
      'engineer@acme.example',
      'administrator@acme.example',
      'analyst@acme.example',
      'contractor@acme.example',
    ])
    expect(people('acme')).toEqual(people('acme'))
  })

  it('have ids that differ between tenants, even where their addresses do not', () => {
    const tenants = ['acme', 'Acme', 'acme!', 'globex']
    const ids = tenants.flatMap((tenant) => people(tenant).map(({ id }) => id))
    expect(new Set(ids).size).toBe(16)
  })

  it.each([
    ['acme.com', 'acme.com.example'],
    ['Ünïcode & Söhne', 'unicode-sohne.example'],
    ['..--..', expect.stringMatching(/^tenant-[0-9a-f]{8}\.example$/)],
    ['日本', expect.stringMatching(/^tenant-[0-9a-f]{8}\.example$/)],
  ])('of tenant %j have addresses at %s', (tenant, domain) => {
    expect(people(tenant)[0]!.email.split('@')[1]).toEqual(domain)
  })

  it('have well-formed addresses whatever the slug is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 128 }), (tenant) => {
        for (const { email } of people(tenant)) {
          expect(email).toMatch(/^[a-z]+@([a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?\.){1,4}example$/)
        }
      }),
    )
  })

  it('are found by id, address or the name in front of the @', () => {
    const analyst = people('acme')[2]!
    for (const wanted of [analyst.id, analyst.email, 'ANALYST@acme.example', 'analyst']) {
      expect(findPerson('acme', wanted)).toEqual(analyst)
    }
  })

  it.each(['', 'somebody', 'analyst@globex.example', '__proto__'])(
    'refuses %j, naming those there are',
    (wanted) => {
      expect(() => findPerson('acme', wanted)).toThrow('engineer@acme.example, administrator@acme.example')
    },
  )
})
