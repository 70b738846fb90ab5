/**
 * The XML gate. Everything SAML that comes from outside passes here, once: bytes, then text, then one tree.
 * Identity and signatures are later read from that same tree, so no second parser can see another document.
 * A small part of XML 1.0 and Namespaces 1.0 is accepted on purpose: no DOCTYPE, comment, CDATA or processing
 * instruction, bounded size, depth and number of elements. Must not know what a SAML message means.
 */
import { inflateRawSync } from 'node:zlib'
import { type SamlCause, SamlRefusal } from './causes.ts'
import { parseDocument } from './xml-parser.ts'
import type { XmlElement } from './xml-tree.ts'

export type { NamespaceDeclaration, XmlAttribute, XmlElement } from './xml-tree.ts'

/** A message the gate does not let in. */
export class XmlRefusal extends SamlRefusal {
  override readonly name = 'XmlRefusal'
}

export type XmlLimits = {
  /** In UTF-16 units of text. */
  maxLength: number
  maxElements: number
  maxDepth: number
  /** Attributes and namespace declarations of one element. */
  maxAttributes: number
  /** `drop` is for metadata, where nothing we decide on hangs on the text around a comment. */
  comments: 'refuse' | 'drop'
}

const maxMessageBytes = 350 * 1024

export const messageLimits: XmlLimits = {
  maxLength: maxMessageBytes,
  maxElements: 3000,
  maxDepth: 40,
  maxAttributes: 64,
  comments: 'refuse',
}

export const metadataLimits: XmlLimits = {
  maxLength: 2 * 1024 * 1024,
  maxElements: 60_000,
  maxDepth: 40,
  maxAttributes: 64,
  comments: 'drop',
}

/** Parses a whole document into one tree. Throws XmlRefusal. `inScope` gives prefixes an enclosing element declared. */
export function parseXml(
  text: string,
  limits: XmlLimits = messageLimits,
  inScope?: ReadonlyMap<string, string>,
): XmlElement {
  if (text.length > limits.maxLength) refuse('saml_too_large', `${Math.ceil(text.length / 1024)} KB`)
  if (limits.comments === 'refuse') checkMarkup(text)
  return parseDocument(text, limits, refuse, inScope)
}

/** The text in a form field of the HTTP-POST binding: strict base64 (line breaks allowed, RFC 2045), at most 350 KB, UTF-8. */
export function decodeSamlMessage(base64: string): string {
  return decodeUtf8(decodeBase64Field(base64))
}

/** The text of a message of the HTTP-Redirect binding (SAML bindings §3.4.4.1). The output is bounded, whatever the input. */
export function inflateSamlMessage(base64: string): string {
  const packed = decodeBase64Field(base64)
  let bytes: Buffer
  try {
    bytes = inflateRawSync(packed, { maxOutputLength: maxMessageBytes })
  } catch (thrown) {
    const tooLarge = (thrown as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    return refuse(tooLarge ? 'saml_too_large' : 'saml_not_deflated')
  }
  return decodeUtf8(bytes)
}

/** Bytes of a base64 text in which white space may stand, or null: wrong alphabet, wrong padding, stray bits. */
export function decodeBase64(text: string): Buffer | null {
  const packed = /[ \t\r\n]/.test(text) ? text.replace(/[ \t\r\n]+/g, '') : text
  if (packed.length % 4 !== 0) return null
  const bytes = Buffer.from(packed, 'base64')
  // Buffer skips what it does not know; encoding again shows whether anything was skipped.
  return bytes.toString('base64') === packed ? bytes : null
}

function decodeBase64Field(base64: string): Buffer {
  if (base64.length > maxMessageBytes)
    return refuse('saml_too_large', `${Math.ceil(base64.length / 1024)} KB`)
  const bytes = decodeBase64(base64)
  return bytes === null || bytes.length === 0 ? refuse('saml_not_base64') : bytes
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return refuse('saml_not_utf8')
  }
}

/** Looks for forbidden markup before anything is parsed, so that no parser quirk can hide it. */
function checkMarkup(text: string): void {
  const at = text.indexOf('<!')
  if (at >= 0) {
    if (text.startsWith('<!--', at)) refuse('saml_comment')
    refuse(text.startsWith('<![CDATA[', at) ? 'saml_cdata' : 'saml_doctype')
  }
  if (text.indexOf('<?', text.startsWith('<?xml') ? 2 : 0) >= 0) refuse('saml_processing_instruction')
}

function refuse(cause: SamlCause, received?: string): never {
  throw new XmlRefusal(cause, { received })
}
