import { describe, expect, test } from 'vitest'
import { isVestibuleError } from '../base/errors.ts'
import { maximumColumns, maximumRows, readUserCsv } from './read-user-csv.ts'

const bytesOf = (text: string) => new TextEncoder().encode(text)
const read = (text: string) => readUserCsv(bytesOf(text))
const faultsOf = (text: string) =>
  read(text).faults.map(({ line, column, message }) => `${line} ${column}: ${message}`)

const everything = 'email,firstName,tags,namespaces,attributes.unit\nada@acme.example,Ada,a=b,x;y,Sales\n'
const said = {
  email: 'ada@acme.example',
  firstName: 'Ada',
  tags: { a: 'b' },
  namespaces: ['x', 'y'],
  attributes: { unit: 'Sales' },
  without: [],
}

describe('files as programs write them', () => {
  test.each<[string, Uint8Array]>([
    ['UTF-8', bytesOf(everything)],
    ['UTF-8 with its mark', bytesOf(`\ufeff${everything}`)],
    ['CRLF', bytesOf(everything.replaceAll('\n', '\r\n'))],
    [
      'semicolons',
      bytesOf(everything.replaceAll(',', '\u0000').replace('x;y', '"x;y"').replaceAll('\u0000', ';')),
    ],
    ['tabs', bytesOf(everything.replaceAll(',', '\t'))],
    ['UTF-16, little end first', Buffer.from(`\ufeff${everything}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\ufeff${everything}`, 'utf16le').swap16()],
  ])('%s', (_name, bytes) => {
    expect(readUserCsv(bytes)).toMatchObject({ rowCount: 1, rows: [{ line: 2, said }], faults: [] })
  })

  test('columns in any order, and only those there are', () => {
    const { rows, columns } = read('Last Name,E-Mail\n Lovelace , ada@acme.example \n,bob@acme.example')
    expect(columns).toEqual(['lastName', 'email'])
    expect(rows.map((row) => row.said)).toEqual([
      { email: 'ada@acme.example', lastName: 'Lovelace', attributes: {}, without: [] },
      { email: 'bob@acme.example', lastName: null, attributes: {}, without: [] },
    ])
  })

  test('an empty cell takes away, but a status', () => {
    const [row] = read('email,username,status,tags,namespaces,attributes.unit\nada@acme.example,,,,,').rows
    expect(row!.said).toEqual({
      email: 'ada@acme.example',
      username: null,
      status: undefined,
      tags: {},
      namespaces: [],
      attributes: {},
      without: ['unit'],
    })
  })
})

describe('what is wrong, with line, column and a sentence', () => {
  test('each row by itself; lines are counted through cells of several lines', () => {
    expect(
      faultsOf(
        [
          'email,username,status,tags,attributes.role,attributes.floor',
          '"ada@acme.example","x","active","a=""l1\nl2""",,', // lines 2 and 3
          'nobody,,,,,',
          ',,,,,',
          'bob@acme.example,,gone,,,',
          'bob@acme.example,,,novalue,,',
          'bob@acme.example,,,json:{,,json:[1',
          'bob@acme.example,,,,owner,',
          'bob@acme.example,,,,,json:{"a":1}',
          'bob@acme.example,a,b',
          'bob@acme.example,"a"b,,,,',
          `bob@acme.example,${'x'.repeat(129)},,,,`,
          'bob@acme.example,a\u0000b,,,,',
          'bob@acme.example,fine,,,,',
          'BOB@acme.example,,,,,',
        ].join('\n'),
      ),
    ).toEqual([
      '4 email: email must be an e-mail address.',
      '5 email: email must be an e-mail address.',
      '6 status: status must be active or disabled.',
      '7 tags: tags has “novalue” where category=value belongs.',
      '8 tags: tags holds JSON that cannot be read.',
      '8 attributes.floor: attributes.floor holds JSON that cannot be read.',
      '9 attributes.role: attributes.role is a reserved name.',
      '10 attributes.floor: attributes.floor must be a text, a number, true or false, or a list of those.',
      '11 null: This row has 3 cells; the first line names 6.',
      '12 null: This row has text after a closing quotation mark: a quotation mark inside a cell is written twice.',
      '13 username: username must not be longer than 128 characters.',
      '14 username: username holds a NUL character.',
      '16 email: BOB@acme.example stands on line 15 already.',
    ])
  })

  test('another encoding, in the cells where it shows', () => {
    const latin = Buffer.from('email,firstName\nzoe@acme.example,Zoë\nbob@acme.example,Bob', 'latin1')
    const { rows, faults } = readUserCsv(latin)
    expect(rows.map((row) => row.said.email)).toEqual(['bob@acme.example'])
    expect(faults).toEqual([
      { line: 2, column: 'firstName', message: expect.stringMatching(/not UTF-8.*CSV UTF-8/) },
    ])
  })

  test('a quotation mark that is never closed', () => {
    expect(faultsOf('email,username\na@acme.example,x\nb@acme.example,"y\nc@acme.example,z')).toEqual([
      '3 null: This row opens a quotation mark that is never closed: nothing after it could be read.',
    ])
  })

  test.each([
    ['email,password\na@acme.example,x', ['1 password: “password” is no column.']],
    ['email,id,role\na@acme.example,x,y', ['1 id: “id” is no column.', '1 role: “role” is no column.']],
    ['username\nx', ['1 email: The column email is missing: people are told apart by it.']],
    ['email,E-Mail\na@acme.example,b', ['1 E-Mail: “E-Mail” names a column a second time.']],
    ['email,\na@acme.example,b', ['1 null: Column 2 has no name.']],
    ['email,"x"y\na@acme.example,b', ['1 null: The first line has text after a closing quotation mark']],
  ])('a first line that nobody understands: no row is taken (%j)', (text, expected) => {
    expect(read(text)).toMatchObject({ rowCount: 1, rows: [] })
    const faults = faultsOf(text)
    expect(faults).toHaveLength(expected.length)
    for (const [place, beginning] of expected.entries())
      expect(faults[place]!.startsWith(beginning), faults[place]).toBe(true)
  })

  test.each([
    ['', /empty/],
    ['\n\n', /empty/],
    ['email\n', /no rows/],
    [`email\n${'a@acme.example\n'.repeat(maximumRows + 1)}`, /more than 10,000 rows/],
    [`email${',x'.repeat(maximumColumns)}\na@acme.example\n`, /more than 1,000 columns/],
  ])('a file that is none', (text, sentence) => {
    const refusal = (() => {
      try {
        return read(text)
      } catch (thrown) {
        return thrown
      }
    })()
    expect(isVestibuleError(refusal) && [refusal.code, refusal.message]).toEqual([
      'validation_failed',
      expect.stringMatching(sentence),
    ])
  })
})
