import { DOMParser } from '@xmldom/xmldom'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ExclusiveCanonicalization } from 'xml-crypto'
import { canonicalize } from './canonicalize.ts'
import { parseXml } from './xml.ts'
import type { XmlElement } from './xml-tree.ts'
import { descendantsOf } from './xml-tree.ts'

/** What xml-crypto makes of the element at `index` in document order. */
function byXmlCrypto(xml: string, index: number, inclusivePrefixes: string[]): string {
  const document = new DOMParser().parseFromString(xml, 'text/xml')
  const element = document.getElementsByTagName('*')[index]!
  const ancestorNamespaces: { prefix: string; namespaceURI: string }[] = []
  for (let at = element.parentNode as Element | null; at?.attributes; at = at.parentNode as Element | null)
    for (const attribute of Array.from(at.attributes))
      if (
        attribute.name.startsWith('xmlns:') &&
        !ancestorNamespaces.some((one) => one.prefix === attribute.localName)
      )
        ancestorNamespaces.push({ prefix: attribute.localName, namespaceURI: attribute.value })
  return new ExclusiveCanonicalization()
    .process(
      element as never,
      {
        inclusiveNamespacesPrefixList: inclusivePrefixes,
        ancestorNamespaces,
      } as never,
    )
    .toString()
}

type Node = {
  prefix: string
  attributes: [string, string][]
  declares: [string, string][]
  children: (Node | string)[]
}

const prefixes = ['a', 'b', 'c']
const namespaceOf: Record<string, string> = { a: 'urn:a', b: 'urn:b', c: 'urn:c' }
const textValue = fc.string({ unit: fc.constantFrom(...'xyz é€𝄞\t\n<>&"\''), maxLength: 6 })
const { node } = fc.letrec<{ node: Node }>((tie) => ({
  node: fc.record({
    prefix: fc.constantFrom('', ...prefixes),
    attributes: fc.uniqueArray(
      fc.tuple(fc.constantFrom('p', 'q', 'a:p', 'b:q', 'c:p', 'xml:lang'), textValue),
      {
        selector: ([name]) => name,
        maxLength: 4,
      },
    ),
    declares: fc.uniqueArray(
      fc.tuple(fc.constantFrom('', ...prefixes), fc.constantFrom('urn:1', 'urn:2', 'urn:3')),
      {
        selector: ([prefix]) => prefix,
        maxLength: 3,
      },
    ),
    children: fc.array(fc.oneof({ depthSize: 'small' }, textValue, tie('node')), { maxLength: 4 }),
  }),
}))

const quote = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#9;')
    .replaceAll('\n', '&#10;')

function write({ prefix, attributes, declares, children }: Node): string {
  const name = prefix === '' ? 'e' : `${prefix}:e`
  const declarations = declares.map(([one, uri]) => ` xmlns${one === '' ? '' : `:${one}`}="${uri}"`).join('')
  const rest = attributes.map(([one, value]) => ` ${one}="${quote(value)}"`).join('')
  const inner = children.map((child) => (typeof child === 'string' ? quote(child) : write(child))).join('')
  return `<${name}${declarations}${rest}>${inner}</${name}>`
}

/** A root that binds every prefix, so that whatever is inside is well-formed. */
const wrapped = (inside: Node) =>
  `<root xmlns:a="urn:a" xmlns:b="urn:b" xmlns:c="urn:c">${write(inside)}</root>`
const randomDocument = node.map(wrapped)

const parsed = (xml: string): XmlElement | null => {
  try {
    return parseXml(xml)
  } catch {
    return null // two prefixes of one namespace gave one attribute twice: outside the gate
  }
}

test('exclusive canonicalization of any element equals that of xml-crypto', () => {
  let compared = 0
  fc.assert(
    fc.property(randomDocument, fc.nat(), (xml, seed) => {
      const root = parsed(xml)
      fc.pre(root !== null)
      const all = descendantsOf(root)
      const index = seed % all.length
      compared++
      expect(canonicalize(all[index]!)).toBe(byXmlCrypto(xml, index, []))
    }),
    { numRuns: 1500 },
  )
  expect(compared).toBeGreaterThan(1000)
})

/** The same document with every prefix bound to one namespace throughout. */
const withoutRebinding = (inside: Node): Node => ({
  ...inside,
  declares: inside.declares.map(([prefix, uri]) => [prefix, namespaceOf[prefix] ?? uri]),
  children: inside.children.map((child) => (typeof child === 'string' ? child : withoutRebinding(child))),
})

// xml-crypto takes an ancestor's binding of an inclusive prefix where the element itself binds it anew
// (the recommendation takes the element's), so the comparison leaves such documents out.
test('with inclusive prefixes it equals that of xml-crypto', () => {
  fc.assert(
    fc.property(node, fc.nat(), fc.subarray(prefixes), (inside, seed, inclusivePrefixes) => {
      const xml = wrapped(withoutRebinding(inside))
      const root = parsed(xml)
      fc.pre(root !== null)
      const all = descendantsOf(root)
      const index = seed % all.length
      expect(canonicalize(all[index]!, { inclusivePrefixes })).toBe(
        byXmlCrypto(xml, index, inclusivePrefixes),
      )
    }),
    { numRuns: 1000 },
  )
})

test('what is canonical stays as it is when parsed and canonicalized again', () => {
  fc.assert(
    fc.property(randomDocument, (xml) => {
      const root = parsed(xml)
      fc.pre(root !== null)
      const once = canonicalize(root)
      expect(canonicalize(parseXml(once))).toBe(once)
    }),
  )
})

test('follows the examples of the recommendation: unused namespaces go, attributes are ordered, #default is kept', () => {
  const xml = '<n0:a xmlns:n0="urn:0" xmlns:n1="urn:1" xmlns="urn:d"><n1:b z="1" n0:y="2" a="3"/></n0:a>'
  const [inner] = parseXml(xml).children as [XmlElement]
  expect(canonicalize(inner)).toBe('<n1:b xmlns:n0="urn:0" xmlns:n1="urn:1" a="3" z="1" n0:y="2"></n1:b>')
  expect(canonicalize(inner, { inclusivePrefixes: [''] })).toBe(
    '<n1:b xmlns="urn:d" xmlns:n0="urn:0" xmlns:n1="urn:1" a="3" z="1" n0:y="2"></n1:b>',
  )
})

test('an inclusive prefix has the namespace the element itself binds, and is written again only where that changes', () => {
  const xml = '<r xmlns:b="urn:b"><e xmlns:b="urn:1"><f xmlns:b="urn:1"/><g xmlns:b="urn:2"/></e></r>'
  expect(canonicalize(parseXml(xml).children[0] as XmlElement, { inclusivePrefixes: ['b'] })).toBe(
    '<e xmlns:b="urn:1"><f></f><g xmlns:b="urn:2"></g></e>',
  )
})

test('a default namespace taken back is written once, only where one was rendered', () => {
  expect(canonicalize(parseXml('<a xmlns="urn:d"><b xmlns=""><c/></b></a>'))).toBe(
    '<a xmlns="urn:d"><b xmlns=""><c></c></b></a>',
  )
  expect(canonicalize(parseXml('<x:a xmlns:x="urn:x" xmlns="urn:d"><b xmlns=""/></x:a>'))).toBe(
    '<x:a xmlns:x="urn:x"><b></b></x:a>',
  )
})

test('carriage returns and tabs written as references survive as references', () => {
  expect(canonicalize(parseXml('<a b="&#13;&#10;&#9;&#39;">&#13;\r\n&gt;</a>'))).toBe(
    '<a b="&#xD;&#xA;&#x9;\'">&#xD;\n&gt;</a>',
  )
})

test('leaves out the given element and nothing else', () => {
  const root = parseXml('<a>1<s><s/></s>2<s/>3</a>')
  expect(canonicalize(root, { without: root.children[1] as XmlElement })).toBe('<a>12<s></s>3</a>')
})

test('attributes are ordered by code point, also beyond the first plane', () => {
  const root = parseXml('<a \u{10000}="1" \u{FDF0}="2"/>')
  expect(canonicalize(root)).toBe('<a \u{FDF0}="2" \u{10000}="1"></a>')
})
