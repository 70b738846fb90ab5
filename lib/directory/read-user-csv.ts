import { z } from 'zod'
import { findDelimiter, readCsv } from '../base/csv.ts'
import { emailKey } from '../base/email.ts'
import { VestibuleError } from '../base/errors.ts'
import {
  attributeOf,
  type CsvColumn,
  findColumn,
  readAttribute,
  readList,
  readTags,
  restoreCell,
} from './user-csv.ts'
import { newUserSchema } from './user-input.ts'

/** One thing wrong: on which line of the file, in which column (null: the row as a whole), as a sentence. */
export type ImportFault = { line: number; column: string | null; message: string }

/** What a row says of a user. Columns the file does not have are not in it; an empty cell is null, or an empty list. */
export type SaidUser = z.output<typeof saidSchema> & {
  /** Attributes whose cell is empty. */
  without: string[]
}

export type ImportRow = { line: number; said: SaidUser }

export type UserCsv = {
  columns: CsvColumn[]
  /** How many rows there are, those with faults included. */
  rowCount: number
  rows: ImportRow[]
  faults: ImportFault[]
}

/** Rows of one file. */
export const maximumRows = 10_000
/** Columns of one file. */
export const maximumColumns = 1_000

/** As for a new user; a row says of `invited` and `pending` at most that they stay. */
const saidSchema = newUserSchema.omit({ tenant: true, password: true }).extend({
  namespaces: newUserSchema.shape.namespaces.unwrap().optional(),
  tags: newUserSchema.shape.tags.unwrap().optional(),
  attributes: newUserSchema.shape.attributes.unwrap().optional(),
  status: z
    .enum(['active', 'disabled', 'invited', 'pending'], { error: 'must be active or disabled' })
    .optional(),
})

/**
 * Reads a file of users: UTF-8, or UTF-16 with its mark, the first line naming the columns. A row with something wrong is
 * left out of `rows` and stands in `faults`; so do all rows where the first line is wrong. Throws `validation_failed` for
 * what has no rows, or more than 10,000, or more than 1,000 columns.
 */
export function readUserCsv(bytes: Uint8Array): UserCsv {
  const text = decode(bytes)
  const records = readCsv(text, findDelimiter(text))
  const header = records.next()
  if (header.done)
    throw refuse('The file is empty. Its first line names the columns, such as email,firstName,lastName.')
  if (header.value.cells.length > maximumColumns)
    throw refuse(`The first line names more than ${maximumColumns.toLocaleString('en')} columns.`)
  const headers = header.value.cells.map(restoreCell)
  const faults = findHeaderFaults(headers, header.value)
  const columns = headers.map((name) => findColumn(name)!)
  const rows: ImportRow[] = []
  const lineOfEmail = new Map<string, number>()
  let rowCount = 0
  for (const { line, cells, fault } of records) {
    if (++rowCount > maximumRows)
      throw refuse(`The file has more than ${maximumRows.toLocaleString('en')} rows. Split it into several.`)
    if (faults.length > 0 && faults[0]!.line === header.value.line) continue
    const read = fault
      ? [{ line, column: null, message: `This row ${fault}.` }]
      : readRow(line, cells, columns)
    if (Array.isArray(read)) {
      faults.push(...read)
      continue
    }
    const key = emailKey(read.said.email)
    const earlier = lineOfEmail.get(key)
    if (earlier !== undefined) {
      const message = `${read.said.email} stands on line ${earlier} already.`
      faults.push({ line, column: 'email', message })
      continue
    }
    lineOfEmail.set(key, line)
    rows.push(read)
  }
  if (rowCount === 0) throw refuse('The file has no rows below its first line.')
  return { columns, rowCount, rows, faults }
}

function refuse(message: string): VestibuleError {
  return new VestibuleError('validation_failed', message, { fields: [{ path: '', message }] })
}

/** Characters that are none in the encoding become U+FFFD, which `readRow` tells by their cell. */
function decode(bytes: Uint8Array): string {
  const wide = [
    ['utf-16le', 0xff, 0xfe],
    ['utf-16be', 0xfe, 0xff],
  ].find(([, first, second]) => bytes[0] === first && bytes[1] === second)
  return new TextDecoder(wide ? String(wide[0]) : 'utf-8').decode(bytes)
}

const broken = 'holds characters that are not UTF-8. Save the file as “CSV UTF-8”, then try again.'

function findHeaderFaults(
  headers: string[],
  { line, fault }: { line: number; fault?: string },
): ImportFault[] {
  if (fault) return [{ line, column: null, message: `The first line ${fault}.` }]
  const columns = headers.map(findColumn)
  const faults = headers.flatMap((header, place): ImportFault[] => {
    const column = header.trim() || null
    const at = (message: string) => [{ line, column, message }]
    if (header.includes('\ufffd')) return at(`The first line ${broken}`)
    if (column === null) return at(`Column ${place + 1} has no name.`)
    if (columns[place] === null)
      return at(
        `“${column}” is no column. There are email, username, firstName, lastName, ssoUsername, status, namespaces, tags and attributes.….`,
      )
    return columns.indexOf(columns[place]!) < place ? at(`“${column}” names a column a second time.`) : []
  })
  if (!columns.includes('email'))
    faults.push({
      line,
      column: 'email',
      message: 'The column email is missing: people are told apart by it.',
    })
  return faults
}

function readRow(line: number, cells: string[], columns: CsvColumn[]): ImportRow | ImportFault[] {
  if (cells.length !== columns.length) {
    const message = `This row has ${cells.length} cells; the first line names ${columns.length}.`
    return [{ line, column: null, message }]
  }
  const given: GivenUser = { attributes: Object.create(null), without: [] }
  const faults = columns.flatMap((column, place): ImportFault[] => {
    const cell = restoreCell(cells[place]!)
    const fault = findCellFault(cell) ?? takeCell(given, column, cell)
    return fault === null ? [] : [{ line, column, message: `${column} ${fault}` }]
  })
  if (faults.length > 0) return faults
  const { without, ...members } = given
  const parsed = saidSchema.safeParse(members)
  if (parsed.success) return { line, said: { ...parsed.data, without } }
  return parsed.error.issues.map(({ path, message }) => {
    const column = columnOf(path)
    return { line, column, message: `${column ?? 'The attributes'} ${message}.` }
  })
}

function findCellFault(cell: string): string | null {
  if (cell.includes('\ufffd')) return broken
  return cell.includes('\u0000') ? 'holds a NUL character.' : null
}

/** Members of a user as the cells of a row say them. */
type GivenUser = Record<string, unknown> & { attributes: Record<string, unknown>; without: string[] }

/** What is wrong with the cell; null: nothing that shows before all of them are together. */
function takeCell(given: GivenUser, column: CsvColumn, cell: string): string | null {
  try {
    const attribute = attributeOf(column)
    if (attribute !== null) takeAttribute(given, attribute, readAttribute(attribute, cell))
    else if (column === 'namespaces') given.namespaces = readList(cell)
    else if (column === 'tags') given.tags = readTags(cell)
    else if (column === 'status') given.status = cell.trim().toLowerCase() || undefined
    else given[column] = cell.trim() === '' && column !== 'email' ? null : cell
    return null
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return 'holds JSON that cannot be read.'
    if (thrown instanceof TypeError) return `${thrown.message}.`
    throw thrown
  }
}

function takeAttribute(given: GivenUser, name: string, value: unknown): void {
  if (value === null) given.without.push(name)
  else given.attributes[name] = value
}

/** The column an issue of the schema is about. */
function columnOf([first, second]: PropertyKey[]): CsvColumn | null {
  if (first === 'attributes') return second === undefined ? null : `attributes.${String(second)}`
  return first === undefined ? null : (String(first) as CsvColumn)
}
