import type { XmlAttribute, XmlElement } from './xml-tree.ts'
import { namespaceInScope } from './xml-tree.ts'

/** The prefix by which the default namespace is kept in `rendered`. */
type Rendered = Map<string, string>

/**
 * Exclusive XML Canonicalization 1.0 of an element and all below it, as text (to be hashed as UTF-8).
 * `inclusivePrefixes` is the PrefixList of InclusiveNamespaces, '' standing for #default;
 * `without` is left out with everything in it: the signature of the enveloped-signature transform.
 * There are no comments and no processing instructions in our trees, so "with comments" gives the same bytes.
 */
export function canonicalize(
  apex: XmlElement,
  options: { inclusivePrefixes?: readonly string[]; without?: XmlElement } = {},
): string {
  const inclusive = options.inclusivePrefixes ?? []
  const out: string[] = []
  write(apex, new Map(), true)
  return out.join('')

  function write(element: XmlElement, above: Rendered, isApex: boolean): void {
    const fresh = namespacesToRender(element, above, inclusive, isApex)
    const rendered = fresh.length === 0 ? above : new Map([...above, ...fresh])
    out.push('<', element.name)
    for (const [prefix, uri] of fresh)
      out.push(prefix === '' ? ' xmlns="' : ` xmlns:${prefix}="`, escapeAttribute(uri), '"')
    for (const attribute of inOrder(element.attributes))
      out.push(' ', attribute.name, '="', escapeAttribute(attribute.value), '"')
    out.push('>')
    for (const child of element.children) {
      if (typeof child === 'string') out.push(escapeText(child))
      else if (child !== options.without) write(child, rendered, false)
    }
    out.push('</', element.name, '>')
  }
}

/** Exclusive C14N §3: what this element and its attributes use, and the inclusive prefixes, unless already rendered so. */
function namespacesToRender(
  element: XmlElement,
  above: Rendered,
  inclusive: readonly string[],
  isApex: boolean,
): [prefix: string, uri: string][] {
  const wanted = new Map<string, string>([[element.prefix, element.namespace]])
  for (const attribute of element.attributes)
    if (attribute.prefix !== '') wanted.set(attribute.prefix, attribute.namespace)
  for (const prefix of inclusive) {
    const uri = isApex
      ? namespaceInScope(element, prefix)
      : element.declarations.find((one) => one.prefix === prefix)?.uri
    if (uri !== undefined) wanted.set(prefix, uri)
  }
  const fresh: [string, string][] = []
  for (const [prefix, uri] of wanted)
    if (prefix !== 'xml' && (above.get(prefix) ?? '') !== uri) fresh.push([prefix, uri])
  return fresh.length < 2 ? fresh : fresh.sort((a, b) => compareCodePoints(a[0], b[0]))
}

/** By namespace, then by local name; attributes without a namespace first (Canonical XML §2.2). */
function inOrder(attributes: XmlAttribute[]): XmlAttribute[] {
  if (attributes.length < 2) return attributes
  return attributes.toSorted(
    (a, b) => compareCodePoints(a.namespace, b.namespace) || compareCodePoints(a.localName, b.localName),
  )
}

/** Order by code point. `<` on strings orders by UTF-16 unit, which differs beyond the first plane. */
function compareCodePoints(a: string, b: string): number {
  if (a === b) return 0
  const shorter = Math.min(a.length, b.length)
  let at = 0
  while (at < shorter && a.charCodeAt(at) === b.charCodeAt(at)) at++
  if (at === shorter) return a.length - b.length
  const left = a.charCodeAt(at)
  const right = b.charCodeAt(at)
  const leftPaired = left >= 0xd800 && left <= 0xdfff
  const rightPaired = right >= 0xd800 && right <= 0xdfff
  return leftPaired === rightPaired ? left - right : leftPaired ? 1 : -1
}

function escapeText(text: string): string {
  if (!/[&<>\r]/.test(text)) return text
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#xD;')
}

function escapeAttribute(value: string): string {
  if (!/[&<"\t\n\r]/.test(value)) return value
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#x9;')
    .replaceAll('\n', '&#xA;')
    .replaceAll('\r', '&#xD;')
}
