import type { SamlCause } from './causes.ts'
import type { XmlLimits } from './xml.ts'
import type { NamespaceDeclaration, XmlAttribute, XmlElement } from './xml-tree.ts'
import { xmlNamespace } from './xml-tree.ts'

export type Refuse = (cause: SamlCause, received?: string) => never

type Cursor = {
  readonly text: string
  at: number
  readonly limits: XmlLimits
  readonly refuse: Refuse
  elements: number
  /** What every prefix stands for at this place; '' is the default namespace. */
  readonly bindings: Map<string, string>
}

/** An element that is still open, and what its declarations hid. */
type Open = { element: XmlElement; hidden: [prefix: string, uri: string | undefined][] }

const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/'
const illegalCharacter = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u
const nameStart =
  'A-Z_a-z\u{C0}-\u{D6}\u{D8}-\u{F6}\u{F8}-\u{2FF}\u{370}-\u{37D}\u{37F}-\u{1FFF}\u{200C}-\u{200D}\u{2070}-\u{218F}\u{2C00}-\u{2FEF}\u{3001}-\u{D7FF}\u{F900}-\u{FDCF}\u{FDF0}-\u{FFFD}\u{10000}-\u{EFFFF}'
const ncName = `[${nameStart}][${nameStart}\\-.0-9\u{B7}\u{300}-\u{36F}\u{203F}-\u{2040}]*`
const qualifiedName = new RegExp(`(?:(${ncName}):)?(${ncName})`, 'uy')
const whiteSpace = /[ \t\n]*/y
const xmlDeclaration =
  /<\?xml[ \t\n]+version[ \t\n]*=[ \t\n]*(?:"1\.0"|'1\.0')(?:[ \t\n]+encoding[ \t\n]*=[ \t\n]*(?:"utf-8"|'utf-8'))?(?:[ \t\n]+standalone[ \t\n]*=[ \t\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \t\n]*\?>/iy
const predefined: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
])

/** Reads one document (XML 1.0 fifth edition and Namespaces in XML 1.0, without anything the gate forbids). */
export function parseDocument(
  source: string,
  limits: XmlLimits,
  refuse: Refuse,
  inScope: ReadonlyMap<string, string> = new Map(),
): XmlElement {
  if (illegalCharacter.test(source)) refuse('saml_malformed_xml', 'a character XML does not allow')
  // Line ends become one line feed before anything else is done (XML 1.0 §2.11).
  const text = source.includes('\r') ? source.replace(/\r\n?/g, '\n') : source
  const bindings = new Map([...inScope, ['xml', xmlNamespace]])
  const cursor: Cursor = { text, at: 0, limits, refuse, elements: 0, bindings }
  if (/^<\?xml[ \t\n]/.test(text)) skipXmlDeclaration(cursor)
  skipMisc(cursor)
  const root = readTree(cursor)
  skipMisc(cursor)
  if (cursor.at < text.length) malformed(cursor, 'something after the end')
  return root
}

function readTree(cursor: Cursor): XmlElement {
  if (cursor.text[cursor.at] !== '<') malformed(cursor, 'no element at the start')
  const root = readStartTag(cursor, null)
  const open: Open[] = root.closed ? [] : [root]
  for (let inner = open.at(-1); inner; inner = open.at(-1)) {
    readText(cursor, inner.element)
    if (cursor.text.startsWith('</', cursor.at)) {
      readEndTag(cursor, inner.element)
      restore(cursor, inner.hidden)
      open.pop()
    } else if (cursor.text.startsWith('<!--', cursor.at)) {
      skipComment(cursor)
    } else {
      const child = readStartTag(cursor, inner.element)
      inner.element.children.push(child.element)
      if (child.closed) continue
      open.push(child)
      if (open.length > cursor.limits.maxDepth) cursor.refuse('saml_too_deep')
    }
  }
  return root.element
}

function readText(cursor: Cursor, into: XmlElement): void {
  const end = cursor.text.indexOf('<', cursor.at)
  if (end < 0) malformed(cursor, `element ${into.name} is not closed`)
  if (end === cursor.at) return
  const raw = cursor.text.slice(cursor.at, end)
  if (raw.includes(']]>')) malformed(cursor, ']]> in text')
  const text = decodeReferences(cursor, raw)
  cursor.at = end
  const last = into.children.length - 1
  const before = into.children[last]
  // Only after a dropped comment: neighbours become one text.
  if (typeof before === 'string') into.children[last] = before + text
  else into.children.push(text)
}

function readStartTag(cursor: Cursor, parent: XmlElement | null): Open & { closed: boolean } {
  if (++cursor.elements > cursor.limits.maxElements) cursor.refuse('saml_too_many_elements')
  if (/[!?]/.test(cursor.text[cursor.at + 1] ?? '')) refuseMarkup(cursor)
  cursor.at++
  const [name, prefix, localName] = readName(cursor)
  const element: XmlElement = {
    name,
    localName,
    prefix,
    namespace: '',
    attributes: [],
    declarations: [],
    children: [],
    parent,
  }
  const closed = readAttributes(cursor, element)
  const hidden = bind(cursor, element.declarations)
  resolveNamespaces(cursor, element)
  if (closed) restore(cursor, hidden)
  return { element, hidden, closed }
}

/** Reads up to the end of the tag; true when the element is empty (`/>`). */
function readAttributes(cursor: Cursor, element: XmlElement): boolean {
  for (let count = 0; ; count++) {
    const before = cursor.at
    skipWhiteSpace(cursor)
    if (cursor.text[cursor.at] === '>') {
      cursor.at++
      return false
    }
    if (cursor.text.startsWith('/>', cursor.at)) {
      cursor.at += 2
      return true
    }
    if (cursor.at === before) malformed(cursor, `tag ${element.name}`)
    if (count >= cursor.limits.maxAttributes) cursor.refuse('saml_too_many_elements', 'attributes')
    const [name, prefix, localName] = readName(cursor)
    const value = readAttributeValue(cursor, name)
    if (prefix === 'xmlns') declare(cursor, element.declarations, localName, value)
    else if (name === 'xmlns') declare(cursor, element.declarations, '', value)
    else element.attributes.push({ name, localName, prefix, namespace: '', value })
  }
}

function readAttributeValue(cursor: Cursor, name: string): string {
  skipWhiteSpace(cursor)
  if (cursor.text[cursor.at] !== '=') malformed(cursor, `attribute ${name}`)
  cursor.at++
  skipWhiteSpace(cursor)
  const quote = cursor.text[cursor.at]
  if (quote !== '"' && quote !== "'") malformed(cursor, `attribute ${name}`)
  const end = cursor.text.indexOf(quote!, cursor.at + 1)
  if (end < 0) malformed(cursor, `attribute ${name}`)
  const raw = cursor.text.slice(cursor.at + 1, end)
  if (raw.includes('<')) malformed(cursor, `< in attribute ${name}`)
  cursor.at = end + 1
  // White space as written becomes a space; written as a reference it stays (XML 1.0 §3.3.3).
  return decodeReferences(cursor, raw.replace(/[\t\n]/g, ' '))
}

function readEndTag(cursor: Cursor, element: XmlElement): void {
  if (!cursor.text.startsWith(element.name, cursor.at + 2)) malformed(cursor, `end of ${element.name}`)
  cursor.at += 2 + element.name.length
  skipWhiteSpace(cursor)
  if (cursor.text[cursor.at] !== '>') malformed(cursor, `end of ${element.name}`)
  cursor.at++
}

function readName(cursor: Cursor): [name: string, prefix: string, localName: string] {
  qualifiedName.lastIndex = cursor.at
  const match = qualifiedName.exec(cursor.text)
  if (!match) return malformed(cursor, 'a name is missing')
  cursor.at += match[0].length
  return [match[0], match[1] ?? '', match[2]!]
}

function declare(cursor: Cursor, declarations: NamespaceDeclaration[], prefix: string, uri: string): void {
  if (declarations.some((one) => one.prefix === prefix))
    cursor.refuse('saml_duplicate_xml_attribute', prefix === '' ? 'xmlns' : `xmlns:${prefix}`)
  const reserved = uri === xmlNamespace || uri === xmlnsNamespace
  const ofXml = prefix === 'xml' && uri === xmlNamespace
  if (prefix === 'xmlns' || (prefix === 'xml' && !ofXml) || (reserved && !ofXml))
    malformed(cursor, `declaration of ${prefix}`)
  if (prefix !== '' && uri === '') malformed(cursor, `declaration of ${prefix}`)
  declarations.push({ prefix, uri })
}

function bind(cursor: Cursor, declarations: NamespaceDeclaration[]): Open['hidden'] {
  return declarations.map(({ prefix, uri }) => {
    const before = cursor.bindings.get(prefix)
    cursor.bindings.set(prefix, uri)
    return [prefix, before]
  })
}

function restore(cursor: Cursor, hidden: Open['hidden']): void {
  for (const [prefix, uri] of hidden) {
    if (uri === undefined) cursor.bindings.delete(prefix)
    else cursor.bindings.set(prefix, uri)
  }
}

function resolveNamespaces(cursor: Cursor, element: XmlElement): void {
  element.namespace =
    element.prefix === '' ? (cursor.bindings.get('') ?? '') : resolve(cursor, element.prefix)
  for (const attribute of element.attributes)
    if (attribute.prefix !== '') attribute.namespace = resolve(cursor, attribute.prefix)
  checkUnique(cursor, element.attributes)
}

function resolve(cursor: Cursor, prefix: string): string {
  return cursor.bindings.get(prefix) ?? cursor.refuse('saml_unbound_prefix', prefix)
}

/** Neither the same name twice, nor two prefixes of one namespace with the same local name (Namespaces §6.3). */
function checkUnique(cursor: Cursor, attributes: XmlAttribute[]): void {
  if (attributes.length < 2) return
  const seen = new Set<string>()
  for (const { namespace, localName, name } of attributes) {
    const key = `${localName} ${namespace}`
    if (seen.has(key)) cursor.refuse('saml_duplicate_xml_attribute', name)
    seen.add(key)
  }
}

function decodeReferences(cursor: Cursor, raw: string): string {
  if (!raw.includes('&')) return raw
  return raw.replace(/&([^&;]*)(;?)/g, (whole, name: string, end: string) => {
    if (end === '') malformed(cursor, '& without ;')
    const character = predefined.get(name) ?? characterOf(name)
    return character ?? cursor.refuse('saml_unknown_entity', whole.slice(0, 40))
  })
}

/** The character of `#65` or `#x41`, if XML allows it. */
function characterOf(reference: string): string | undefined {
  const match = /^#(?:x([0-9A-Fa-f]{1,8})|([0-9]{1,9}))$/.exec(reference)
  if (!match) return undefined
  const code = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16)
  if (code > 0x10ffff) return undefined
  const character = String.fromCodePoint(code)
  return illegalCharacter.test(character) ? undefined : character
}

function skipXmlDeclaration(cursor: Cursor): void {
  xmlDeclaration.lastIndex = 0
  const match = xmlDeclaration.exec(cursor.text)
  if (match) cursor.at = match[0].length
  else malformed(cursor, 'XML declaration')
}

/** White space, and comments where they are dropped, around the root element. */
function skipMisc(cursor: Cursor): void {
  skipWhiteSpace(cursor)
  while (cursor.text.startsWith('<!--', cursor.at)) {
    skipComment(cursor)
    skipWhiteSpace(cursor)
  }
}

function skipComment(cursor: Cursor): void {
  if (cursor.limits.comments === 'refuse') cursor.refuse('saml_comment')
  const end = cursor.text.indexOf('--', cursor.at + 4)
  if (end < 0 || cursor.text[end + 2] !== '>') malformed(cursor, 'comment')
  cursor.at = end + 3
}

function skipWhiteSpace(cursor: Cursor): void {
  whiteSpace.lastIndex = cursor.at
  cursor.at += whiteSpace.exec(cursor.text)![0].length
}

function refuseMarkup(cursor: Cursor): never {
  if (cursor.text[cursor.at + 1] === '?') cursor.refuse('saml_processing_instruction')
  return cursor.refuse(cursor.text.startsWith('<![CDATA[', cursor.at) ? 'saml_cdata' : 'saml_doctype')
}

function malformed(cursor: Cursor, what: string): never {
  return cursor.refuse('saml_malformed_xml', `${what}, at character ${cursor.at}`)
}
