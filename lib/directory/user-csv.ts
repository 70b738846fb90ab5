import { isDeepStrictEqual } from 'node:util'
import type { Attributes } from './attributes.ts'

/**
 * Users as rows of a CSV: which columns there are, and how a value becomes a cell and a cell a value again. Whatever is
 * written is read back as it was: docs/guides/directory.md says the rules.
 */

const plainColumns = ['email', 'username', 'firstName', 'lastName', 'ssoUsername', 'status'] as const
export const csvColumns = [...plainColumns, 'namespaces', 'tags'] as const
export type CsvColumn = (typeof csvColumns)[number] | `attributes.${string}`

const attributePrefix = 'attributes.'

export function attributeColumn(name: string): CsvColumn {
  return `${attributePrefix}${name}`
}

/** The name of the attribute a column is for; null for a column of another kind. */
export function attributeOf(column: CsvColumn): string | null {
  return column.startsWith(attributePrefix) ? column.slice(attributePrefix.length) : null
}

/** The column a header means, whatever its case and with or without blanks, `_` or `-`; null for one that is unknown. */
export function findColumn(header: string): CsvColumn | null {
  const written = header.trim()
  if (written.toLowerCase().startsWith(attributePrefix)) {
    const name = written.slice(attributePrefix.length)
    return name === '' ? null : attributeColumn(name)
  }
  const plain = written.toLowerCase().replace(/[\s_-]/g, '')
  return csvColumns.find((column) => column.toLowerCase() === plain) ?? null
}

/** What a cell can be read as: a claim that is true or false needs no `json:`. */
const flags = new Set(['email_verified', 'phone_number_verified'])

/** Null: the cell takes the attribute away. Throws a `SyntaxError` for what only looks like JSON. */
export function readAttribute(name: string, cell: string): unknown {
  if (cell === '') return null
  if (flags.has(name) && /^(true|false)$/i.test(cell)) return cell.toLowerCase() === 'true'
  return cell.startsWith(jsonPrefix) ? JSON.parse(cell.slice(jsonPrefix.length)) : cell
}

export function writeAttribute(name: string, value: unknown): string {
  if (value === undefined) return ''
  const plain = flags.has(name) || typeof value === 'string' ? String(value) : ''
  return plain !== '' && !plain.startsWith(jsonPrefix) ? plain : toJson(value)
}

/** A list in one cell, `;` between its members, each without the blanks around it. A `\` takes what follows as it is. */
export function readList(cell: string): string[] {
  return splitCell(cell, ';').map(readMember)
}

export function writeList(values: string[]): string {
  return values.map((value) => writeMember(value, /[;\\]/g)).join(';')
}

export type Tags = Record<string, string | string[]>

/**
 * `category=value;…`; a category that comes several times has several values. Throws a `SyntaxError` for what only looks
 * like JSON, and a `TypeError` with a sentence for a member without `=`.
 */
export function readTags(cell: string): unknown {
  if (cell.startsWith(jsonPrefix)) return JSON.parse(cell.slice(jsonPrefix.length))
  const values = new Map<string, string[]>()
  for (const member of splitCell(cell, ';')) {
    const [category, ...rest] = splitCell(member, '=', 2)
    if (category === undefined || rest.length === 0)
      throw new TypeError(`has “${readMember(member)}” where category=value belongs`)
    const name = readMember(category)
    const list = values.get(name) ?? []
    list.push(readMember(rest[0]!))
    values.set(name, list)
  }
  return Object.fromEntries([...values].map(([name, list]) => [name, list.length === 1 ? list[0]! : list]))
}

export function writeTags(tags: Tags): string {
  const members = inOrder(tags).flatMap(([category, value]) =>
    [value].flat().map((one) => `${writeMember(category, /[;=\\]/g)}=${writeMember(one, /[;\\]/g)}`),
  )
  const cell = members.join(';')
  return survives(cell, tags) ? cell : toJson(tags)
}

function survives(cell: string, tags: Tags): boolean {
  if (cell.startsWith(jsonPrefix)) return false
  return isDeepStrictEqual(readTags(cell), { ...tags })
}

/**
 * A spreadsheet computes cells that begin with one of these, the wide forms among them; some split a line at `;` and tabs
 * whatever the delimiter. An apostrophe in front makes it text to them.
 */
const formula = '[=+\\-@\\t\\r\\n\uff1d\uff0b\uff0d\uff20]'
const atBeginning = '(?<=^|[;\\t\\r\\n])'
const undefused = new RegExp(`${atBeginning}(?='*${formula})`, 'g')
const defused = new RegExp(`${atBeginning}'(?='*${formula})`, 'g')

/** The cell as spreadsheets may have it: nothing in it is a formula. `restoreCell` takes it back exactly. */
export function defuseCell(cell: string): string {
  return cell.replace(undefused, "'")
}

export function restoreCell(cell: string): string {
  return cell.replace(defused, '')
}

/** What a user says in each column, for an export. */
export type ExportedUser = {
  email: string
  username: string | null
  firstName: string | null
  lastName: string | null
  ssoUsername: string | null
  status: string
  namespaces: string[]
  tags: Tags
  attributes: Attributes
}

export function writeCells(user: ExportedUser, columns: CsvColumn[]): string[] {
  return columns.map((column) => defuseCell(writeCell(user, column)))
}

function writeCell(user: ExportedUser, column: CsvColumn): string {
  const attribute = attributeOf(column)
  if (attribute !== null)
    return Object.hasOwn(user.attributes, attribute)
      ? writeAttribute(attribute, user.attributes[attribute])
      : ''
  if (column === 'namespaces') return writeList(user.namespaces.toSorted())
  if (column === 'tags') return writeTags(user.tags)
  return user[column as (typeof plainColumns)[number]] ?? ''
}

/** In front of a value that is no text. */
const jsonPrefix = 'json:'

/** Of an object the members in the order of their names: the database keeps none. */
function toJson(value: unknown): string {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return (
    jsonPrefix +
    JSON.stringify(isObject ? Object.fromEntries(inOrder(value as Record<string, unknown>)) : value)
  )
}

function inOrder<Value>(object: { [name: string]: Value }): [string, Value][] {
  return Object.entries(object).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

/** The parts between the unescaped delimiters, still escaped, those that are blank left out; at most `limit`. */
function splitCell(cell: string, delimiter: string, limit = Number.POSITIVE_INFINITY): string[] {
  const parts: string[] = []
  let begin = 0
  for (let at = 0; at < cell.length; at++) {
    if (cell[at] === '\\') at += 1
    else if (cell[at] === delimiter && parts.length + 1 < limit) {
      parts.push(cell.slice(begin, at))
      begin = at + 1
    }
  }
  parts.push(cell.slice(begin))
  return limit === 2 ? parts : parts.filter((part) => part.trim() !== '')
}

/** Blanks around it are left out unless they are escaped. */
function readMember(part: string): string {
  const begun = part.trimStart()
  const ended = begun.trimEnd()
  const isEscaped = /(?:^|[^\\])(?:\\\\)*\\$/.test(ended)
  return begun.slice(0, ended.length + (isEscaped ? 1 : 0)).replace(/\\([\s\S])/g, '$1')
}

function writeMember(text: string, special: RegExp): string {
  return text.replace(special, '\\$&').replace(/^\s|\s$/g, '\\$&')
}
