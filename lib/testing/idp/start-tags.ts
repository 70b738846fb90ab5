import { VestibuleError } from '#lib/base/errors.ts'

/** One element of a small document: its name, its attributes without prefix, the text right behind its start tag. */
export type StartTag = {
  depth: number
  namespace: string
  localName: string
  attributes: Readonly<Record<string, string>>
  text: string
}

const maximumDepth = 20

/**
 * The elements of a document in order, as far as an AuthnRequest needs them. A deliberately small reader:
 * nothing that begins with `<!` or `<?` but the XML declaration, no entities but the five predefined ones and
 * numbers, tags must nest. Throws `validation_failed`.
 */
export function readStartTags(xml: string): StartTag[] {
  const found: StartTag[] = []
  const open: { name: string; scope: Scope }[] = []
  let rest = xml.replace(/^\uFEFF?\s*(<\?xml\s[^?<>]*\?>)?\s*/, '')
  while (rest !== '') {
    const token = tokenPattern.exec(rest)
    if (!token) throw malformed()
    const { closing, opening, attributes = '', selfClosing, text = '' } = token.groups ?? {}
    rest = rest.slice(token[0].length)
    if (closing !== undefined) {
      if (open.pop()?.name !== closing) throw malformed()
    } else if (opening !== undefined) {
      if ((open.length === 0 && found.length > 0) || open.length >= maximumDepth) throw malformed()
      const { own, scope } = readAttributes(attributes, open.at(-1)?.scope ?? rootScope)
      found.push({ depth: open.length, ...resolve(opening, scope), attributes: own, text: decode(text) })
      if (selfClosing === undefined) open.push({ name: opening, scope })
    }
    if (open.length === 0 && text.trim() !== '') throw malformed()
  }
  if (open.length > 0 || found.length === 0) throw malformed()
  return found
}

type Scope = ReadonlyMap<string, string>

const rootScope: Scope = new Map([['xml', 'http://www.w3.org/XML/1998/namespace']])

const name = '[A-Za-z_][A-Za-z0-9_.:-]*'
const attribute = `\\s+${name}\\s*=\\s*(?:"[^"<]*"|'[^'<]*')`
const tokenPattern = new RegExp(
  `^<(?:/(?<closing>${name})\\s*|(?<opening>${name})(?<attributes>(?:${attribute})*)\\s*(?<selfClosing>/)?)>(?<text>[^<]*)`,
)
const attributePattern = new RegExp(`(${name})\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`, 'g')

function readAttributes(source: string, outer: Scope): { own: Record<string, string>; scope: Scope } {
  const own: Record<string, string> = Object.create(null)
  const scope = new Map(outer)
  for (const [, key = '', doubleQuoted, singleQuoted] of source.matchAll(attributePattern)) {
    const value = decode(doubleQuoted ?? singleQuoted ?? '')
    if (key === 'xmlns') scope.set('', value)
    else if (key.startsWith('xmlns:')) scope.set(key.slice(6), value)
    else if (key in own) throw malformed()
    else if (!key.includes(':')) own[key] = value
  }
  return { own, scope }
}

function resolve(qualified: string, scope: Scope): { namespace: string; localName: string } {
  const colon = qualified.indexOf(':')
  const prefix = colon < 0 ? '' : qualified.slice(0, colon)
  const namespace = scope.get(prefix) ?? (prefix === '' ? '' : undefined)
  if (namespace === undefined) throw malformed()
  return { namespace, localName: qualified.slice(colon + 1) }
}

const predefined = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

function decode(text: string): string {
  return text.replace(/&(?:([^;&]{1,10});)?/g, (_whole, entity = '') => {
    const number = /^#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}))$/.exec(entity)
    if (!number) {
      const known = predefined.get(entity)
      if (known === undefined) throw malformed()
      return known
    }
    const code = number[1] ? Number.parseInt(number[1], 16) : Number(number[2])
    if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw malformed()
    return String.fromCodePoint(code)
  })
}

function malformed(): VestibuleError {
  return new VestibuleError(
    'validation_failed',
    'This SAMLRequest cannot be answered: it is not well-formed XML, or uses parts of XML that are not read here.',
  )
}
