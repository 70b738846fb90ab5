import { expect, test } from 'vitest'
import type { AttributeMap } from '../../matching/attribute-map.ts'
import { mapProfile } from './map-profile.ts'

const claims = 'http://schemas.xmlsoap.org/ws/2005/05/identity/claims'
const nameId = (value: string, format?: string) => ({ value, format }) as never
const map = (
  attributes: Record<string, string[]>,
  id: unknown = nameId('subject-1'),
  attributeMap: AttributeMap | null = null,
) => mapProfile({ attributes: new Map(Object.entries(attributes)), nameId: id as never }, attributeMap)

test.each<[string, Record<string, string[]>]>([
  ['names of their own', { id: ['7'], email: ['e@x.example'], firstName: ['F'], lastName: ['L'] }],
  [
    'claims of the identity schema',
    {
      [`${claims}/nameidentifier`]: ['7'],
      [`${claims}/emailaddress`]: ['e@x.example'],
      [`${claims}/givenname`]: ['F'],
      [`${claims}/surname`]: ['L'],
    },
  ],
  [
    'object identifiers',
    {
      uid: ['7'],
      'urn:oid:0.9.2342.19200300.100.1.3': ['e@x.example'],
      'urn:oid:2.5.4.42': ['F'],
      'urn:oid:2.5.4.4': ['L'],
    },
  ],
  ['LDAP', { uid: ['7'], mail: ['e@x.example'], givenName: ['F'], sn: ['L'] }],
  ['upper case', { ID: ['7'], EMAIL: ['e@x.example'], FIRSTNAME: ['F'], LASTNAME: ['L'] }],
])('%s', (_name, attributes) => {
  expect(map(attributes)).toMatchObject({ id: '7', email: 'e@x.example', firstName: 'F', lastName: 'L' })
})

test('the NameID is the id where no attribute is', () => {
  expect(map({ email: ['e@x.example'] })).toMatchObject({ id: 'subject-1' })
})

test('an e-mail address in the NameID serves where there is no attribute, unless its format says otherwise', () => {
  const email = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'
  expect(map({}, nameId('e@x.example', email))).toMatchObject({ id: 'e@x.example', email: 'e@x.example' })
  expect(map({}, nameId('e@x.example'))).toMatchObject({ email: 'e@x.example' })
  expect(
    map({}, nameId('e@x.example', 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent'))?.email,
  ).toBeNull()
  expect(map({}, nameId('no address', email))?.email).toBeNull()
})

test('neither id, NameID nor e-mail address is nobody', () => {
  expect(map({ firstName: ['F'] }, null)).toBeNull()
})

test('empty values count as none; what surrounds a value is cut off', () => {
  expect(map({ email: ['', '  '], mail: [' e@x.example '] })).toMatchObject({ email: 'e@x.example' })
  expect(map({ roles: [''], groups: [] })).toMatchObject({ roles: null, groups: null })
})

test('a mapped name is exact, and no other is looked at', () => {
  const attributes = { email: ['usual@x.example'], Mail2: ['mapped@x.example'] }
  expect(map(attributes, null, { email: 'Mail2' })?.email).toBe('mapped@x.example')
  expect(map(attributes, nameId('s'), { email: 'mail2' })?.email).toBeNull()
})

test('raw has every attribute under its own name, lists as lists', () => {
  const profile = map({ a: ['1'], b: ['1', '2'], __proto__: ['x'] })
  expect(profile?.raw).toMatchObject({ a: '1', b: ['1', '2'] })
  expect(({} as Record<string, unknown>).a).toBeUndefined()
})
