import { deflateRawSync } from 'node:zlib'
import { DOMParser } from '@xmldom/xmldom'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { SamlCause, SamlRefusal } from './causes.ts'
import { buildResponse, signXml } from './testdata/build-response.ts'
import {
  decodeSamlMessage,
  inflateSamlMessage,
  messageLimits,
  metadataLimits,
  parseXml,
  XmlRefusal,
} from './xml.ts'
import { parseDocument } from './xml-parser.ts'
import type { XmlElement } from './xml-tree.ts'
import { descendantsOf, textOf } from './xml-tree.ts'

function causeOf(run: () => unknown): SamlCause | undefined {
  try {
    run()
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(XmlRefusal)
    return (thrown as SamlRefusal).samlCause
  }
  return undefined
}

describe('the gate refuses', () => {
  const refused: [string, SamlCause, string][] = [
    ['a document type', 'saml_doctype', '<!DOCTYPE a><a/>'],
    ['a document type in lower case', 'saml_doctype', '<!doctype a><a/>'],
    ['an entity declaration inside', 'saml_doctype', '<a><!ENTITY x "y"></a>'],
    ['a comment', 'saml_comment', '<a><!-- x --></a>'],
    ['a comment before the root', 'saml_comment', '<!----><a/>'],
    ['a comment behind the root', 'saml_comment', '<a/><!---->'],
    ['CDATA', 'saml_cdata', '<a><![CDATA[x]]></a>'],
    ['a processing instruction', 'saml_processing_instruction', '<a><?x y?></a>'],
    ['a stylesheet at the start', 'saml_processing_instruction', '<?xml-stylesheet href="x"?><a/>'],
    [
      'a second XML declaration',
      'saml_processing_instruction',
      '<?xml version="1.0"?><a><?xml version="1.0"?></a>',
    ],
    ['an XML declaration behind white space', 'saml_processing_instruction', ' <?xml version="1.0"?><a/>'],
    ['a declaration of XML 1.1', 'saml_malformed_xml', '<?xml version="1.1"?><a/>'],
    [
      'a declaration of another encoding',
      'saml_malformed_xml',
      '<?xml version="1.0" encoding="ISO-8859-1"?><a/>',
    ],
    ['two roots', 'saml_malformed_xml', '<a/><b/>'],
    ['text behind the root', 'saml_malformed_xml', '<a/>x'],
    ['text before the root', 'saml_malformed_xml', 'x<a/>'],
    ['nothing', 'saml_malformed_xml', ''],
    ['an open element', 'saml_malformed_xml', '<a><b></a>'],
    ['an end without a start', 'saml_malformed_xml', '<a></a></a>'],
    ['an end of a longer name', 'saml_malformed_xml', '<a></ab>'],
    ['an attribute without quotes', 'saml_malformed_xml', '<a b=c/>'],
    ['an attribute with letters for quotes', 'saml_malformed_xml', '<a b=cxc/>'],
    ['an attribute without equals sign', 'saml_malformed_xml', '<a b"c"/>'],
    ['an attribute with another sign for the equals sign', 'saml_malformed_xml', `<a b'"c"/>`],
    ['an attribute that does not end', 'saml_malformed_xml', '<a b="c/>'],
    ['a start that is not <', 'saml_malformed_xml', 'xa/>'],
    ['an attribute without value', 'saml_malformed_xml', '<a b/>'],
    ['attributes without space between', 'saml_malformed_xml', '<a b="1"c="2"/>'],
    ['a less-than in an attribute', 'saml_malformed_xml', '<a b="<"/>'],
    ['a bare ampersand', 'saml_malformed_xml', '<a>a & b</a>'],
    [']]> in text', 'saml_malformed_xml', '<a>]]></a>'],
    ['a name that starts with a digit', 'saml_malformed_xml', '<1a/>'],
    ['a name with two colons', 'saml_malformed_xml', '<a:b:c xmlns:a="urn:a"/>'],
    ['a space before the name', 'saml_malformed_xml', '< a/>'],
    ['a control character', 'saml_malformed_xml', '<a>\u0001</a>'],
    ['half of a surrogate pair', 'saml_malformed_xml', '<a>\ud800</a>'],
    ['U+FFFF', 'saml_malformed_xml', '<a>\uffff</a>'],
    ['an HTML entity', 'saml_unknown_entity', '<a>&nbsp;</a>'],
    ['an entity called like a property', 'saml_unknown_entity', '<a>&constructor;</a>'],
    ['a reference to a control character', 'saml_unknown_entity', '<a>&#1;</a>'],
    ['a reference to half a pair', 'saml_unknown_entity', '<a>&#xD800;</a>'],
    ['a reference beyond Unicode', 'saml_unknown_entity', '<a>&#x110000;</a>'],
    ['a reference with a sign', 'saml_unknown_entity', '<a>&#+65;</a>'],
    ['an attribute twice', 'saml_duplicate_xml_attribute', '<a b="1" b="2"/>'],
    ['a declaration twice', 'saml_duplicate_xml_attribute', '<a xmlns:p="urn:1" xmlns:p="urn:2"/>'],
    ['a default declaration twice', 'saml_duplicate_xml_attribute', '<a xmlns="urn:1" xmlns="urn:2"/>'],
    [
      'one name by two prefixes',
      'saml_duplicate_xml_attribute',
      '<a xmlns:p="urn:1" xmlns:q="urn:1" p:b="" q:b=""/>',
    ],
    ['an unbound element prefix', 'saml_unbound_prefix', '<p:a/>'],
    ['an unbound attribute prefix', 'saml_unbound_prefix', '<a p:b=""/>'],
    ['a prefix used after its element ended', 'saml_unbound_prefix', '<a><b xmlns:p="urn:p"/><p:c/></a>'],
    ['xmlns as an element prefix', 'saml_unbound_prefix', '<xmlns:a/>'],
    ['a prefix bound to nothing', 'saml_malformed_xml', '<a xmlns:p=""/>'],
    ['xml bound anew', 'saml_malformed_xml', '<a xmlns:xml="urn:x"/>'],
    ['xmlns bound', 'saml_malformed_xml', '<a xmlns:xmlns="urn:x"/>'],
    [
      'the xml namespace under another prefix',
      'saml_malformed_xml',
      '<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>',
    ],
    ['41 levels', 'saml_too_deep', '<a>'.repeat(41) + '</a>'.repeat(41)],
    ['3001 elements', 'saml_too_many_elements', `<a>${'<b/>'.repeat(3000)}</a>`],
    [
      '65 attributes',
      'saml_too_many_elements',
      `<a ${Array.from({ length: 65 }, (_, i) => `b${i}=""`).join(' ')}/>`,
    ],
    ['more than 350 KB', 'saml_too_large', `<a>${' '.repeat(350 * 1024)}</a>`],
  ]
  test.each(refused)('%s', (_what, cause, xml) => {
    expect(causeOf(() => parseXml(xml))).toBe(cause)
  })
})

test('forbidden markup is found before anything is parsed, and by the parser as well', () => {
  expect(causeOf(() => parseXml('<<a>< <!DOCTYPE a>'))).toBe('saml_doctype')
  expect(causeOf(() => parseXml('<<a>< <!-- -->'))).toBe('saml_comment')
  expect(causeOf(() => parseXml('<<a>< <![CDATA[]]>'))).toBe('saml_cdata')
  expect(causeOf(() => parseXml('<<a>< <?x?>'))).toBe('saml_processing_instruction')
  const refuse = (cause: SamlCause): never => {
    throw new XmlRefusal(cause)
  }
  for (const xml of [
    '<!DOCTYPE a><a/>',
    '<a><!DOCTYPE a></a>',
    '<a/><!DOCTYPE a>',
    '<!----><a/>',
    '<a><!----></a>',
    '<a/><!---->',
    '<a><![CDATA[]]></a>',
    '<?x?><a/>',
    '<a><?x?></a>',
    '<a/><?x?>',
  ])
    expect(
      causeOf(() => parseDocument(xml, messageLimits, refuse)),
      xml,
    ).toBeDefined()
})

describe('the gate lets through', () => {
  test('40 levels, 3000 elements, 64 attributes', () => {
    expect(descendantsOf(parseXml('<a>'.repeat(40) + '</a>'.repeat(40)))).toHaveLength(40)
    expect(descendantsOf(parseXml(`<a>${'<b/>'.repeat(2999)}</a>`))).toHaveLength(3000)
    const attributes = Array.from({ length: 64 }, (_, i) => `b${i}=""`).join(' ')
    expect(parseXml(`<a ${attributes}/>`).attributes).toHaveLength(64)
  })

  test('line ends as one line feed, white space in attributes as spaces, references as they are', () => {
    const root = parseXml('<a b="1\r\n2\t3&#10;4&#x9;"  >x\r\ny\rz&#13;&lt;&amp;&apos;&#x1F511;</a >')
    expect(textOf(root)).toBe("x\ny\nz\r<&'\u{1F511}")
    expect(root.attributes[0]!.value).toBe('1 2 3\n4\t')
  })

  test('namespaces resolved, rebound and taken back', () => {
    const root = parseXml(
      '<p:a xmlns:p="urn:1" xmlns="urn:d"><b p:c="" d=""/><p:b xmlns:p="urn:2"/><e xmlns=""/></p:a>',
    )
    const [b, rebound, none] = root.children as XmlElement[]
    expect([root.namespace, b!.namespace, rebound!.namespace, none!.namespace]).toEqual([
      'urn:1',
      'urn:d',
      'urn:2',
      '',
    ])
    expect(b!.attributes.map(({ namespace }) => namespace)).toEqual(['urn:1', ''])
  })

  test('comments in metadata, dropped without cutting the text around them', () => {
    const root = parseXml('<!-- a --><a>x<!-- - y -->z<b/></a><!-- c -->', metadataLimits)
    expect(root.children[0]).toBe('xz')
    for (const xml of ['<a><!-- -- --></a>', '<a><!-- </a>', '<a><!-- x ---></a>'])
      expect(
        causeOf(() => parseXml(xml, metadataLimits)),
        xml,
      ).toBe('saml_malformed_xml')
    expect(causeOf(() => parseXml('<!DOCTYPE a><a/>', metadataLimits))).toBe('saml_doctype')
    expect(causeOf(() => parseXml('<a><![CDATA[]]></a>', metadataLimits))).toBe('saml_cdata')
  })
})

test('whatever the text, the parser answers with a tree or a refusal', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '/',
    '&',
    ';',
    '"',
    "'",
    '=',
    'a',
    'p:',
    'xmlns',
    ':',
    ' ',
    '\n',
    '#x41',
    '!',
    '?',
    '-',
  )
  const start = buildResponse()
  fc.assert(
    fc.property(fc.nat(start.length), fc.nat(30), fc.array(piece, { maxLength: 8 }), (at, cut, pieces) => {
      const xml = start.slice(0, at) + pieces.join('') + start.slice(at + cut)
      causeOf(() => parseXml(xml))
      causeOf(() => parseXml(pieces.join('')))
    }),
    { numRuns: 2000 },
  )
})

test('what is accepted is read like xmldom reads it', () => {
  const flatten = (element: XmlElement): unknown => [
    element.namespace,
    element.name,
    element.attributes.map(({ name, namespace, value }) => [namespace, name, value]).sort(),
    element.children.map((child) => (typeof child === 'string' ? child : flatten(child))),
  ]
  type Dom = {
    nodeType: number
    nodeValue: string
    namespaceURI?: string
    nodeName: string
    attributes: never
    childNodes: never
  }
  const flattenDom = (element: Dom): unknown => [
    element.namespaceURI ?? '',
    element.nodeName,
    (Array.from(element.attributes) as { name: string; namespaceURI?: string; value: string }[])
      .filter(({ name }) => !/^xmlns(:|$)/.test(name))
      .map(({ name, namespaceURI, value }) => [namespaceURI ?? '', name, value])
      .sort(),
    (Array.from(element.childNodes) as Dom[]).map((child) =>
      child.nodeType === 1 ? flattenDom(child) : child.nodeValue,
    ),
  ]
  const quiet = { errorHandler: { warning: () => {}, error: () => {}, fatalError: () => {} } }
  const readByXmldom = (xml: string) =>
    flattenDom(new DOMParser(quiet).parseFromString(xml, 'text/xml').documentElement as never)
  const signed = signXml(buildResponse(), 'Response')
  expect(flatten(parseXml(signed))).toEqual(readByXmldom(signed))
  fc.assert(
    fc.property(
      fc.nat(signed.length - 1),
      fc.constantFrom('x', ' ', '&amp;', '&#233;', '<q/>', '<q r="s"/>'),
      (at, piece) => {
        const xml = signed.slice(0, at) + piece + signed.slice(at)
        let ours: unknown
        try {
          ours = flatten(parseXml(xml))
        } catch {
          return
        }
        expect(ours).toEqual(readByXmldom(xml))
      },
    ),
    { numRuns: 400 },
  )
})

describe('decoding', () => {
  const xml = '<a>é</a>'
  const base64 = Buffer.from(xml).toString('base64')
  test('takes base64 with line breaks and a byte order mark', () => {
    expect(decodeSamlMessage(`${base64.slice(0, 5)}\r\n${base64.slice(5)}\n`)).toBe(xml)
    expect(decodeSamlMessage(Buffer.from(`\ufeff${xml}`).toString('base64'))).toBe(xml)
  })
  test.each([
    ['nothing', '', 'saml_not_base64'],
    ['only white space', ' \n', 'saml_not_base64'],
    ['another alphabet', '_-__', 'saml_not_base64'],
    ['missing padding', 'YQ', 'saml_not_base64'],
    ['padding in the middle', 'YQ==YQ==', 'saml_not_base64'],
    ['stray bits', 'YR==', 'saml_not_base64'],
    ['a character outside Latin', 'YW\u0442h', 'saml_not_base64'],
    ['an overlong form', Buffer.from([0x3c, 0xc0, 0xaf]).toString('base64'), 'saml_not_utf8'],
    ['more than 350 KB', 'YWFh'.repeat(90_000), 'saml_too_large'],
  ] as const)('refuses %s', (_what, field, cause) => {
    expect(causeOf(() => decodeSamlMessage(field))).toBe(cause)
  })
  test('inflates a redirect message, and stops a bomb before it fills the memory', () => {
    expect(inflateSamlMessage(deflateRawSync(Buffer.from(xml)).toString('base64'))).toBe(xml)
    const bomb = deflateRawSync(Buffer.alloc(100_000_000)).toString('base64')
    const before = process.memoryUsage().rss
    expect(causeOf(() => inflateSamlMessage(bomb))).toBe('saml_too_large')
    expect(process.memoryUsage().rss - before).toBeLessThan(50_000_000)
    expect(causeOf(() => inflateSamlMessage(base64))).toBe('saml_not_deflated')
  })
})

test('the largest message the gate lets in is parsed in well under half a second', () => {
  const many = Array.from({ length: 60 }, (_, i) => ` xmlns:p${i}="urn:${i}"`).join('')
  const deep = `${`<a${many}>`.repeat(38)}${'<p1:b p2:c="" xmlns:p3="urn:x"/>'.repeat(2900)}${'</a>'.repeat(38)}`
  const ampersands = `<a>${'&amp;'.repeat(65_000)}</a>`
  const spaces = `<a${' '.repeat(340_000)}/>`
  for (const xml of [deep, ampersands, spaces]) {
    const start = performance.now()
    parseXml(xml)
    expect(performance.now() - start).toBeLessThan(500)
  }
})
