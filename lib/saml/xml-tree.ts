/** The tree our parser makes: elements, attributes and text, with every namespace resolved. Nothing else exists in it. */

export type XmlAttribute = {
  /** As written, prefix included. */
  name: string
  localName: string
  prefix: string
  /** Empty when the attribute has no prefix. */
  namespace: string
  value: string
}

/** `xmlns:prefix="uri"`; the prefix is empty for the default namespace, the uri empty where that is taken back. */
export type NamespaceDeclaration = { prefix: string; uri: string }

export type XmlElement = {
  /** As written, prefix included. */
  name: string
  localName: string
  prefix: string
  namespace: string
  /** Without namespace declarations, in document order. */
  attributes: XmlAttribute[]
  declarations: NamespaceDeclaration[]
  children: (XmlElement | string)[]
  parent: XmlElement | null
}

export const samlNamespace = 'urn:oasis:names:tc:SAML:2.0:assertion'
export const protocolNamespace = 'urn:oasis:names:tc:SAML:2.0:protocol'
export const metadataNamespace = 'urn:oasis:names:tc:SAML:2.0:metadata'
export const signatureNamespace = 'http://www.w3.org/2000/09/xmldsig#'
export const encryptionNamespace = 'http://www.w3.org/2001/04/xmlenc#'
export const schemaInstanceNamespace = 'http://www.w3.org/2001/XMLSchema-instance'
export const xmlNamespace = 'http://www.w3.org/XML/1998/namespace'

export function isElement(node: XmlElement, namespace: string, localName: string): boolean
export function isElement(node: XmlElement | string, namespace: string, localName: string): node is XmlElement
export function isElement(node: XmlElement | string, namespace: string, localName: string): boolean {
  return typeof node !== 'string' && node.localName === localName && node.namespace === namespace
}

/** Direct children of that name, in document order. */
export function childrenOf(element: XmlElement, namespace: string, localName: string): XmlElement[] {
  return element.children.filter((child) => isElement(child, namespace, localName))
}

/** All direct child elements, in document order. */
export function elementsOf(element: XmlElement): XmlElement[] {
  return element.children.filter((child) => typeof child !== 'string')
}

/** The element and everything below it, in document order. */
export function descendantsOf(element: XmlElement): XmlElement[] {
  const found: XmlElement[] = []
  const waiting: XmlElement[] = [element]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    found.push(next)
    for (let i = next.children.length - 1; i >= 0; i--) {
      const child = next.children[i]!
      if (typeof child !== 'string') waiting.push(child)
    }
  }
  return found
}

/** Value of an attribute; without a namespace unless one is given. */
export function attributeOf(element: XmlElement, localName: string, namespace = ''): string | undefined {
  return element.attributes.find((one) => one.localName === localName && one.namespace === namespace)?.value
}

/** The whole text of an element that holds nothing but text; null when there are elements inside. */
export function textOf(element: XmlElement): string | null {
  if (element.children.length === 0) return ''
  const [only] = element.children
  // The parser never leaves two strings side by side: a single string child is all the text there is.
  return element.children.length === 1 && typeof only === 'string' ? only : null
}

/** Without XML white space at both ends; other characters that look empty stay (XML 1.0 §2.3). */
export function trimXml(text: string): string {
  return text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')
}

/** Whether an element holds only elements and white space. */
export function hasOnlyElements(element: XmlElement): boolean {
  return element.children.every((child) => typeof child !== 'string' || trimXml(child) === '')
}

/** The namespace a prefix stands for at an element: '' for no default namespace, undefined when unbound. */
export function namespaceInScope(element: XmlElement, prefix: string): string | undefined {
  if (prefix === 'xml') return xmlNamespace
  for (let at: XmlElement | null = element; at; at = at.parent) {
    const declared = at.declarations.find((one) => one.prefix === prefix)
    if (declared) return declared.uri
  }
  return prefix === '' ? '' : undefined
}
