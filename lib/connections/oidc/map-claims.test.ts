import { expect, test } from 'vitest'
import { mapClaims } from './map-claims.ts'

test('standard claims are taken under the names of the dialect; everything stays in raw, as text', () => {
  const claims = {
    sub: '248289761001',
    email: ' pat@acme.example ',
    email_verified: true,
    given_name: 'Pat',
    family_name: 'Engineer',
    groups: ['everyone', 'it'],
    roles: 'admin',
    updated_at: 1311280970,
    address: { country: 'DE' },
    nobody: null,
    empty: [],
    mixed: ['a', 1, null, { b: 2 }],
  }
  expect(mapClaims(claims, null)).toEqual({
    id: '248289761001',
    email: 'pat@acme.example',
    firstName: 'Pat',
    lastName: 'Engineer',
    roles: ['admin'],
    groups: ['everyone', 'it'],
    raw: {
      ...{ sub: '248289761001', email: ' pat@acme.example ', given_name: 'Pat', family_name: 'Engineer' },
      ...{ email_verified: 'true', updated_at: '1311280970', address: '{"country":"DE"}' },
      ...{ groups: ['everyone', 'it'], roles: 'admin', empty: [], mixed: ['a', '1', '{"b":2}'] },
    },
  })
})

test.each([
  [{ preferred_username: 'pat@acme.example' }, 'pat@acme.example'],
  [{ upn: 'pat@acme.example' }, 'pat@acme.example'],
  [{ email: '', preferred_username: 'pat@acme.example' }, 'pat@acme.example'],
  [{ email: 'a@acme.example', preferred_username: 'b@acme.example' }, 'a@acme.example'],
  [{ preferred_username: 'pat' }, null],
  [{ name: 'pat@acme.example' }, null],
])('%j has the address %j', (claims, email) => {
  expect(mapClaims({ sub: 's', ...claims }, null).email).toBe(email)
})

test('a map names the one claim to take', () => {
  const claims = {
    sub: 's',
    oid: 'o',
    email: 'a@acme.example',
    work: 'b@acme.example',
    'https://acme.example/roles': ['x'],
  }
  const map = { id: 'oid', email: 'work', roles: 'https://acme.example/roles' }
  expect(mapClaims(claims, map)).toMatchObject({ id: 'o', email: 'b@acme.example', roles: ['x'] })
  expect(
    mapClaims({ ...claims, preferred_username: 'c@acme.example' }, { email: 'missing' }).email,
  ).toBeNull()
  expect(mapClaims(claims, { id: 'missing' }).id).toBe('s')
})

test('names that objects have of themselves are claims like any other', () => {
  const claims = JSON.parse('{"sub":"s","__proto__":"p","constructor":"c","toString":["t"]}')
  const { raw } = mapClaims(claims, { firstName: 'hasOwnProperty', lastName: '__proto__' })
  expect(Object.entries(raw)).toEqual([
    ['sub', 's'],
    ['__proto__', 'p'],
    ['constructor', 'c'],
    ['toString', ['t']],
  ])
  expect(mapClaims(claims, { firstName: 'hasOwnProperty' }).firstName).toBeNull()
})
