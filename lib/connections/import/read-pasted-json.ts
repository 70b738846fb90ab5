import { VestibuleError } from '../../base/errors.ts'

/**
 * Reads JSON as people paste it out of a configuration file, a wiki or a mail: with a byte order mark, comments, trailing
 * commas, typographic or single quotes, line breaks inside a text, a fence of Markdown around it; beginning in the middle
 * of an object (`"Name": {…},`), and ending with brackets of what stood around it. What could be read in two ways is not:
 * a name twice, text that does not end, a missing comma.
 * Throws `validation_failed` with path `config` and the line at which it could not be read on.
 */
export function readPastedJson(pasted: string): unknown {
  if (pasted.length > maximumLength) refuse('is longer than 64 KB')
  const reader = new Reader(withoutFence(pasted))
  const value = reader.startsWithMember() ? reader.readMembers(0, null) : reader.readValue(0)
  reader.expectEnd()
  return value
}

const maximumLength = 65_536
const maximumDepth = 16

/** What opens and closes a text; typographic ones come from word processors and documentation pages. */
const doubleQuotes = '"“”„‟'
const singleQuotes = "'‘’‚‛"
const escapes: Record<string, string> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' }

class Reader {
  private at = 0
  private readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** Whether it begins with a name and a colon, as one member cut out of an object does. */
  startsWithMember(): boolean {
    this.skipBlank()
    if (!this.isQuote()) return false
    const start = this.at
    this.readText()
    this.skipBlank()
    const isMember = this.text[this.at] === ':'
    this.at = start
    return isMember
  }

  readValue(depth: number): unknown {
    if (depth > maximumDepth) this.fail('is nested too deeply')
    this.skipBlank()
    if (this.take('{')) return this.readMembers(depth, '}')
    if (this.take('[')) return this.readItems(depth)
    return this.isQuote() ? this.readText() : this.readWord()
  }

  /** Members up to `end`; null: up to the end of everything, or to a bracket of what stood around. */
  readMembers(depth: number, end: '}' | null): Record<string, unknown> {
    const members = new Map<string, unknown>()
    for (;;) {
      this.skipBlank()
      if (end === null ? this.isOver() : this.take(end)) return Object.fromEntries(members)
      if (this.at >= this.text.length) this.fail('ends before an object is closed with }')
      if (!this.isQuote()) this.fail(`has ${this.shown()} where a name in quotes is expected`)
      const name = this.readText()
      if (members.has(name)) this.fail(`names ${name} twice`)
      this.skipBlank()
      if (!this.take(':')) this.fail(`has no colon after ${name}`)
      members.set(name, this.readValue(depth + 1))
      this.endOfItem(end)
    }
  }

  /** After the whole: only commas, semicolons and brackets of what stood around. */
  expectEnd(): void {
    this.skipBlank()
    while (this.take(',') || this.take(';') || this.take('}') || this.take(']')) this.skipBlank()
    if (this.at < this.text.length) this.fail(`goes on with ${this.shown()} after its end`)
  }

  private readItems(depth: number): unknown[] {
    const items: unknown[] = []
    for (;;) {
      this.skipBlank()
      if (this.take(']')) return items
      if (this.at >= this.text.length) this.fail('ends before a list is closed with ]')
      items.push(this.readValue(depth + 1))
      this.endOfItem(']')
    }
  }

  private endOfItem(end: string | null): void {
    this.skipBlank()
    const isLast = end === null ? this.isOver() : this.text[this.at] === end
    if (isLast || this.take(',')) return
    if (this.at >= this.text.length) this.fail(`ends before ${end} closes what is open`)
    this.fail(`has ${this.shown()} where a comma is expected`)
  }

  /** A text in any kind of quotes. It may run over lines, as a certificate does that was copied with its own. */
  private readText(): string {
    const opening = this.text[this.at++]!
    const closing = opening === '"' ? '"' : singleQuotes.includes(opening) ? singleQuotes : doubleQuotes
    let value = ''
    for (;;) {
      const char = this.text[this.at++]
      if (char === undefined) this.fail('ends inside a text: a quote is missing')
      if (closing.includes(char!)) return value
      value += char === '\\' ? this.readEscape() : char
    }
  }

  private readEscape(): string {
    const char = this.text[this.at++] ?? ''
    if (char !== 'u') return escapes[char] ?? char
    const [code] = /^[0-9a-f]{4}/i.exec(this.text.slice(this.at, this.at + 4)) ?? []
    if (!code) this.fail('has \\u without four hexadecimal digits')
    this.at += 4
    return String.fromCharCode(Number.parseInt(code!, 16))
  }

  private readWord(): unknown {
    const [word] = /^[\w.+-]+/.exec(this.text.slice(this.at, this.at + 100)) ?? []
    if (!word) this.fail(this.at >= this.text.length ? 'holds nothing' : `has ${this.shown()} for a value`)
    this.at += word!.length
    const lower = word!.toLowerCase()
    if (lower === 'true' || lower === 'false') return lower === 'true'
    if (lower === 'null') return null
    if (/^-?\d+(\.\d+)?$/.test(word!)) return Number(word)
    return this.fail(`has ${word} without quotes`)
  }

  /** White space of every kind, and comments. */
  private skipBlank(): void {
    const blank = /(?:[\s\u200b-\u200d\u2060\ufeff]+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y
    blank.lastIndex = this.at
    blank.exec(this.text)
    this.at = blank.lastIndex
  }

  private take(char: string): boolean {
    if (this.text[this.at] !== char) return false
    this.at++
    return true
  }

  private isQuote(): boolean {
    const char = this.text[this.at]
    return char !== undefined && (doubleQuotes.includes(char) || singleQuotes.includes(char))
  }

  private isOver(): boolean {
    return this.at >= this.text.length || '}]'.includes(this.text[this.at]!)
  }

  /** What stands here, cut short: what is pasted may hold secrets. */
  private shown(): string {
    return `“${[...this.text.slice(this.at, this.at + 12)].join('').split('\n')[0]}”`
  }

  private fail(what: string): never {
    const line = this.text.slice(0, this.at).split('\n').length
    return refuse(`cannot be read: line ${line} ${what}`)
  }
}

function withoutFence(pasted: string): string {
  return pasted.replace(/^[^\S\n]{0,32}```[^\n]*$/gm, '')
}

function refuse(message: string): never {
  const fields = [{ path: 'config', message }]
  throw new VestibuleError('validation_failed', `The pasted configuration ${message}.`, { fields })
}
