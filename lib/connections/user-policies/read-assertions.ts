import { z } from 'zod'
import { type CsvRecord, findDelimiter, readCsv as readCsvRecords } from '../../base/csv.ts'
import { VestibuleError } from '../../base/errors.ts'

/** Claims under the names they come with; several values as a list. */
export type Claims = Record<string, string | string[]>

const assertionsLimit = 20_000

/** A list of claims objects, or text: the same as JSON, or CSV whose first line names the claims. */
export const assertionsSchema = z.union([z.array(z.unknown()), z.string()], {
  error: 'must be a list, or JSON or CSV as text',
})

/**
 * What an identity provider would send of each person. Numbers and booleans count as text, null as absent. In CSV (RFC
 * 4180; separated by commas, semicolons or tabs) a claim named twice has several values. Throws `validation_failed` with
 * the path, such as `assertions.3.email`; a line of CSV counts from 0, after the first.
 */
export function readAssertions(given: z.output<typeof assertionsSchema>): Claims[] {
  const list = typeof given === 'string' ? readText(given) : given
  if (list.length > assertionsLimit)
    return refuseAssertions('', `must not be more than ${assertionsLimit} people`)
  return list.map(readClaims)
}

function readText(text: string): unknown[] {
  const trimmed = text.replace(/^\ufeff/, '').trim()
  return trimmed.startsWith('[') ? readJson(trimmed) : readCsv(trimmed)
}

function readJson(text: string): unknown[] {
  try {
    return JSON.parse(text) as unknown[]
  } catch {
    return refuseAssertions('', 'begin like JSON, and are none')
  }
}

function readCsv(text: string): unknown[] {
  const [{ cells: names } = { cells: [] }, ...rows] = readRecords(text)
  if (names.every((name) => name.trim() === ''))
    return refuseAssertions('', 'are empty: name the claims in the first line')
  return rows.map(({ line, cells }) => {
    if (cells.length > names.length)
      return refuseAssertions(
        '',
        `are neither JSON nor CSV: there are more values than claims in line ${line}`,
      )
    const values = new Map<string, string[]>()
    for (const [position, name] of names.entries()) {
      const value = cells[position]?.trim() ?? ''
      if (name.trim() !== '' && value !== '')
        values.set(name.trim(), [...(values.get(name.trim()) ?? []), value])
    }
    return Object.fromEntries([...values].map(([name, all]) => [name, all.length === 1 ? all[0] : all]))
  })
}

function readRecords(text: string): CsvRecord[] {
  const records = [...readCsvRecords(text, findDelimiter(text))]
  const broken = records.find(({ fault }) => fault !== undefined)
  if (broken) return refuseAssertions('', `are neither JSON nor CSV: line ${broken.line} ${broken.fault}`)
  return records
}

function readClaims(given: unknown, position: number): Claims {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return refuseAssertions(`.${position}`, 'must be an object of claims')
  const claims = Object.entries(given).flatMap(([name, value]): [string, string | string[]][] => {
    if (value === null) return []
    const values = (Array.isArray(value) ? value : [value]).map((one) => toText(one, `.${position}.${name}`))
    return [[name, Array.isArray(value) ? values : values[0]!]]
  })
  return Object.fromEntries(claims)
}

function toText(value: unknown, path: string): string {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return refuseAssertions(path, 'must be text, or a list of texts')
}

/** `path` is what follows `assertions`, such as `.3.email`. */
export function refuseAssertions(path: string, message: string): never {
  const fields = [{ path: `assertions${path}`, message }]
  throw new VestibuleError('validation_failed', `Not valid: assertions${path} ${message}.`, { fields })
}
