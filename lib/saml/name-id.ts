import type { SamlCause } from './causes.ts'
import { plainText } from './response-reading.ts'
import { escapeXml, writeAttributes } from './write-xml.ts'
import type { XmlElement } from './xml-tree.ts'
import { attributeOf, trimXml } from './xml-tree.ts'

/** A person as an identity provider names them (SAML core §2.2.2), exactly as written. */
export type NameId = { value: string; format?: string; nameQualifier?: string; spNameQualifier?: string }

/** The name identifier exactly as signed: no trimming, no joining of parts. Null when it is empty. */
export function readNameId(element: XmlElement, malformed: SamlCause): NameId | null {
  const value = plainText(element, malformed)
  if (trimXml(value) === '') return null
  return {
    value,
    format: attributeOf(element, 'Format'),
    nameQualifier: attributeOf(element, 'NameQualifier'),
    spNameQualifier: attributeOf(element, 'SPNameQualifier'),
  }
}

/** The same as XML, with the prefix `saml` bound outside. */
export function writeNameId({ value, format, nameQualifier, spNameQualifier }: NameId): string {
  const attributes = writeAttributes({
    Format: format,
    NameQualifier: nameQualifier,
    SPNameQualifier: spNameQualifier,
  })
  return `<saml:NameID${attributes}>${escapeXml(value)}</saml:NameID>`
}
