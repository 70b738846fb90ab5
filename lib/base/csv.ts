/**
 * Comma-separated values (RFC 4180), as spreadsheets write them: CRLF, LF or CR between lines, cells in quotation marks
 * with lines of their own, a comma, semicolon or tab between cells. What is broken costs its own record, not the file.
 */

/** `line` is the one it begins on, the first being 1. With a `fault` the cells are what was read up to it. */
export type CsvRecord = { line: number; cells: string[]; fault?: string }

/** The sign between cells: of those spreadsheets use, the one that comes most often in the first line. */
export function findDelimiter(text: string): string {
  const first = /^(?:"[^"]*"|[^"\r\n])*/.exec(text.slice(0, 20_000))![0].replace(/"[^"]*"/g, '')
  const count = (delimiter: string) => first.split(delimiter).length
  return [',', ';', '\t'].reduce((best, delimiter) => (count(delimiter) > count(best) ? delimiter : best))
}

/** The records of a text in their order. Lines with nothing on them are passed over. */
export function* readCsv(text: string, delimiter: string): Generator<CsvRecord> {
  const inCell = new RegExp(`[^${delimiter}\\r\\n]*`, 'y')
  let at = 0
  let line = 1

  const match = (pattern: RegExp): string => {
    pattern.lastIndex = at
    const [found] = pattern.exec(text) ?? ['']
    at += found.length
    return found
  }
  const endLine = (): void => {
    if (match(lineBreak) !== '') line += 1
  }
  /** A cell, or null for one in quotation marks that are never closed. */
  const readCell = (): string | null => {
    if (text[at] !== '"') return match(inCell)
    const quoted = match(inQuotes)
    if (quoted === '') return null
    line += countLineBreaks(quoted)
    return quoted.slice(1, -1).replaceAll('""', '"')
  }

  while (at < text.length) {
    const record: CsvRecord = { line, cells: [] }
    if (isLineBreak(text[at])) {
      endLine()
      continue
    }
    for (;;) {
      const cell = readCell()
      if (cell === null) {
        at = text.length
        yield {
          ...record,
          fault: 'opens a quotation mark that is never closed: nothing after it could be read',
        }
        return
      }
      record.cells.push(cell)
      if (text[at] !== delimiter) break
      at += 1
    }
    if (at < text.length && !isLineBreak(text[at])) {
      record.fault =
        'has text after a closing quotation mark: a quotation mark inside a cell is written twice'
      match(restOfLine)
    }
    endLine()
    yield record
  }
}

/** One record with its line break. A cell is in quotation marks where it would be read as something else without. */
export function writeCsvRecord(cells: string[]): string {
  const written = cells.map((cell) =>
    /[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
  )
  return `${written.length === 1 && written[0] === '' ? '""' : written.join(',')}\r\n`
}

const lineBreak = /\r\n|\n|\r/y
const inQuotes = /"[^"]*(?:""[^"]*)*"/y
const restOfLine = /[^\r\n]*/y

function isLineBreak(character: string | undefined): boolean {
  return character === '\n' || character === '\r'
}

function countLineBreaks(text: string): number {
  return text.match(/\r\n|\n|\r/g)?.length ?? 0
}
