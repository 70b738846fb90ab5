import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findDelimiter, readCsv, writeCsvRecord } from './csv.ts'

const read = (text: string, delimiter = ',') => [...readCsv(text, delimiter)]
const cellsOf = (text: string, delimiter?: string) => read(text, delimiter).map(({ cells }) => cells)

describe('reading', () => {
  test.each([
    ['LF', 'a,b\n1,2\n'],
    ['CRLF', 'a,b\r\n1,2\r\n'],
    ['CR', 'a,b\r1,2\r'],
    ['a last line without an end', 'a,b\n1,2'],
    ['mixed ends and empty lines', '\n\r\na,b\r\n\n\r1,2\n\n'],
    ['quotation marks nobody needs', '"a","b"\r\n"1","2"'],
  ])('%s', (_name, text) => {
    expect(cellsOf(text)).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ])
  })

  test('cells with lines, commas and quotation marks; records know the line they begin on', () => {
    expect(read('a,b\r\n"l1\r\nl2\nl3","say ""hi"", x"\r\n\r\n4,')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['l1\r\nl2\nl3', 'say "hi", x'] },
      { line: 6, cells: ['4', ''] },
    ])
  })

  test('a quotation mark inside a cell without them is one', () => {
    expect(cellsOf('5" pipe,x')).toEqual([['5" pipe', 'x']])
  })

  test('what is broken costs its own record', () => {
    const records = read('a,b\n1,"x"y,3\n"m\nn"z\n4,5\n6,"open\n7,8\n')
    expect(records.map(({ line, cells, fault }) => [line, cells, fault?.split(':')[0]])).toEqual([
      [1, ['a', 'b'], undefined],
      [2, ['1', 'x'], 'has text after a closing quotation mark'],
      [3, ['m\nn'], 'has text after a closing quotation mark'],
      [5, ['4', '5'], undefined],
      [6, ['6'], 'opens a quotation mark that is never closed'],
    ])
  })

  test.each([
    ['a,b;c,d', ','],
    ['a;b;"c,d,e,f"', ';'],
    ['a\tb\tc', '\t'],
    ['"x\n;;;;",b', ','],
    ['', ','],
    ['alone', ','],
  ])('the delimiter of %j is %j', (text, expected) => expect(findDelimiter(text)).toBe(expected))
})

test('what is written is read back, whatever it is, with every delimiter for the one it is written with', () => {
  const cell = fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[",;\t\r\n a=]{0,6}$/))
  const table = fc.array(fc.array(cell, { minLength: 1, maxLength: 5 }), { maxLength: 6 })
  fc.assert(
    fc.property(table, (records) => {
      expect(cellsOf(records.map(writeCsvRecord).join(''))).toEqual(records)
    }),
    { numRuns: 1000 },
  )
})

test('nothing makes the reader throw, repeat itself or take long', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[",\r\na;]*$/), (text) => {
      const lines = read(text).map(({ line }) => line)
      expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b))
    }),
    { numRuns: 1000 },
  )
  const startedAt = performance.now()
  for (const text of ['"'.repeat(1_000_000), '"",'.repeat(300_000), '"a"b\n'.repeat(200_000)]) read(text)
  expect(performance.now() - startedAt).toBeLessThan(2000)
})
