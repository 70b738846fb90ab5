/**
 * Tags as text a person edits: `category: value`, one a line, a category again for each further value. What that could
 * not tell apart is written as JSON: names and values in quotes, lists of one value or none in brackets. Reading what
 * was written gives the same tags.
 */
export type Tags = Record<string, string | string[]>

export function tagsToText(tags: Tags): string {
  return Object.entries(tags)
    .flatMap(([category, value]) => valuesOf(value).map((one) => `${writeName(category)}: ${one}`))
    .join('\n')
}

/** `faultyLine` is the first line that is no tag, counted from 1. */
export function textToTags(text: string): { tags: Tags; faultyLine: number | null } {
  const tags = new Map<string, string | string[]>()
  let faultyLine: number | null = null
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const read = readLine(line.trim())
    if (read) tags.set(read.category, join(tags.get(read.category), read.value))
    else faultyLine ??= index + 1
  }
  return { tags: Object.fromEntries(tags), faultyLine }
}

function valuesOf(value: string | string[]): string[] {
  if (typeof value === 'string') return [writeValue(value)]
  return value.length > 1 ? value.map(writeValue) : [JSON.stringify(value)]
}

function writeName(name: string): string {
  return name.includes(':') || isUnlike(name) ? JSON.stringify(name) : name
}

function writeValue(value: string): string {
  return value.startsWith('[') || isUnlike(value) ? JSON.stringify(value) : value
}

/** Whether it would not be read as it stands. */
function isUnlike(text: string): boolean {
  return text.startsWith('"') || text !== text.trim() || text.includes('\n')
}

function readLine(line: string): { category: string; value: string | string[] } | null {
  const quoted = /^("(?:[^"\\]|\\.)*")\s*:(.*)$/s.exec(line)
  const name = quoted ? parse(quoted[1]!) : undefined
  if (quoted && typeof name === 'string' && name !== '')
    return { category: name, value: readValue(quoted[2]!) }
  const colon = line.indexOf(':')
  const category = line.slice(0, Math.max(colon, 0)).trim()
  return category === '' ? null : { category, value: readValue(line.slice(colon + 1)) }
}

function readValue(text: string): string | string[] {
  const plain = text.trim()
  if (!/^["[]/.test(plain)) return plain
  const parsed = parse(plain)
  if (typeof parsed === 'string') return parsed
  return Array.isArray(parsed) && parsed.every((one) => typeof one === 'string') ? parsed : plain
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function join(before: string | string[] | undefined, more: string | string[]): string | string[] {
  return before === undefined ? more : [before, more].flat()
}
