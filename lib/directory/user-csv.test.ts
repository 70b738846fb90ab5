import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCsv, writeCsvRecord } from '../base/csv.ts'
import {
  defuseCell,
  type ExportedUser,
  findColumn,
  readAttribute,
  readList,
  readTags,
  restoreCell,
  type Tags,
  writeAttribute,
  writeCells,
  writeList,
  writeTags,
} from './user-csv.ts'

/** What spreadsheets would compute, in a cell of its own or after a sign at which some split. */
const computed = /(^|[;\t\r\n])[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/

const text = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.stringMatching(/^[ab'=+\-@;\\\t\r\n" ]{0,8}$/),
  fc.constantFrom('json:', 'json:[1]', 'true', 'null', '\ufeff'),
)
const name = text.filter((given) => given.trim() !== '')
const tags: fc.Arbitrary<Tags> = fc.dictionary(name, fc.oneof(text, fc.array(text, { maxLength: 3 })), {
  maxKeys: 4,
  noNullPrototype: true,
})
const scalar = fc.oneof(text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean())
const attribute = fc
  .oneof(scalar, fc.array(scalar, { maxLength: 3 }))
  .filter((value) => !Object.is(value, -0))

describe('what is written is read back as it was', () => {
  test('lists', () => {
    fc.assert(
      fc.property(fc.array(name), (names) => {
        expect(readList(writeList(names))).toEqual(names)
      }),
    )
  })

  test('tags, whatever they are', () => {
    fc.assert(
      fc.property(tags, (given) => {
        expect(readTags(writeTags(given))).toEqual(given)
      }),
      { numRuns: 1000 },
    )
  })

  test('attributes, with their kind', () => {
    fc.assert(
      fc.property(attribute, (value) => {
        expect(JSON.stringify(readAttribute('unit', writeAttribute('unit', value)))).toBe(
          JSON.stringify(value),
        )
      }),
      { numRuns: 1000 },
    )
    for (const value of [true, false])
      expect(readAttribute('email_verified', writeAttribute('email_verified', value))).toBe(value)
    const address = { street_address: 'Rue 1\nParis', country: 'France' }
    expect(readAttribute('address', writeAttribute('address', address))).toEqual(address)
  })

  test('cells that a spreadsheet would compute, and none of them is computed', () => {
    fc.assert(
      fc.property(text, (cell) => {
        expect(defuseCell(cell)).not.toMatch(computed)
        expect(restoreCell(defuseCell(cell))).toBe(cell)
      }),
      { numRuns: 2000 },
    )
  })

  test('all of a user, through the file', () => {
    const user: fc.Arbitrary<ExportedUser> = fc.record({
      email: text,
      username: fc.option(name),
      firstName: fc.option(name),
      lastName: fc.option(name),
      ssoUsername: fc.option(name),
      status: fc.constantFrom('active', 'disabled'),
      namespaces: fc.array(name),
      tags,
      attributes: fc.record({ unit: attribute }, { requiredKeys: [] }),
    })
    fc.assert(
      fc.property(user, (given) => {
        const columns = ['firstName', 'tags', 'namespaces', 'attributes.unit'] as const
        const [record] = [...readCsv(writeCsvRecord(writeCells(given, [...columns])), ',')]
        const [firstName, tagCell, namespaces, unit] = record!.cells.map(restoreCell)
        expect(firstName).toBe(given.firstName ?? '')
        expect(readTags(tagCell!)).toEqual(given.tags)
        expect(readList(namespaces!)).toEqual(given.namespaces.toSorted())
        expect(JSON.stringify(readAttribute('unit', unit!) ?? undefined)).toBe(
          JSON.stringify(given.attributes.unit),
        )
      }),
      { numRuns: 500 },
    )
  })
})

test.each([
  ['=cmd|calc', "'=cmd|calc"],
  ['+1 604 555', "'+1 604 555"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t'=1"],
  ["'=1", "''=1"],
  ['a;=HYPERLINK("x")', 'a;\'=HYPERLINK("x")'],
  ['\uff1d1', "'\uff1d1"],
  ["'t Hart", "'t Hart"],
  ['a=b', 'a=b'],
  ['', ''],
])('%j stands in the file as %j', (cell, written) => expect(defuseCell(cell)).toBe(written))

test.each<[string, unknown]>([
  ['office=Paris', { office: 'Paris' }],
  [' office = Paris ; team=red;team=blue; ', { office: 'Paris', team: ['red', 'blue'] }],
  ['a=b=c', { a: 'b=c' }],
  ['a\\=b=c\\;d', { 'a=b': 'c;d' }],
  ['a=', { a: '' }],
  ['json:{"a":["x"]}', { a: ['x'] }],
  ['', {}],
  ['__proto__=x', JSON.parse('{"__proto__":"x"}')],
])('the tags %j', (cell, expected) => expect(readTags(cell)).toEqual(expected))

test.each([
  ['blanks inside a member', () => readList(`a${' '.repeat(100_000)}b`)],
  ['one category with many values', () => readTags('a=b;'.repeat(50_000))],
  ['backslashes', () => readList(`${'\\'.repeat(100_001)}b`)],
])('a long cell is read in the time of a long cell: %s', (_, read) => {
  const before = performance.now()
  read()
  expect(performance.now() - before).toBeLessThan(1_000)
})

test.each([
  ['a\\ ', ['a ']],
  ['a\\\\ ', ['a\\']],
  ['  a b\\  ;\\ ', ['a b ', ' ']],
  ['a\\', ['a\\']],
])('the list %j', (cell, expected) => expect(readList(cell)).toEqual(expected))

test.each<[string, string, unknown]>([
  ['department', 'Sales', 'Sales'],
  ['number', '00123', '00123'],
  ['number', '123', '123'],
  ['number', 'json:123', 123],
  ['remote', 'true', 'true'],
  ['email_verified', 'TRUE', true],
  ['email_verified', 'no', 'no'],
  ['department', '', null],
])('the attribute %s of the cell %j', (attributeName, cell, expected) => {
  expect(readAttribute(attributeName, cell)).toEqual(expected)
})

test.each([
  ['E-Mail', 'email'],
  [' first name ', 'firstName'],
  ['SSO_USERNAME', 'ssoUsername'],
  ['attributes.cost-Center', 'attributes.cost-Center'],
  ['Attributes.unit', 'attributes.unit'],
  ['attributes.', null],
  ['password', null],
  ['', null],
])('the header %j is the column %j', (header, column) => expect(findColumn(header)).toBe(column))
