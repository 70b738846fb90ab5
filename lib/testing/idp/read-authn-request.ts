import { inflateRawSync } from 'node:zlib'
import { VestibuleError } from '#lib/base/errors.ts'
import { binding as bindingUri, saml, samlp } from './namespaces.ts'
import { readStartTags, type StartTag } from './start-tags.ts'

export type Binding = 'redirect' | 'post'

/** What the test identity provider wants to know of an AuthnRequest (SAML core §3.4.1). */
export type ReadRequest = {
  id: string
  /** Entity ID of the service provider. */
  issuer: string
  acsUrl: string
  forceAuthn: boolean
  destination: string | null
  nameIdFormat: string | null
}

/** No real request comes near it; a message that inflates to more is an attack on memory. */
const maximumXmlBytes = 64 * 1024

/**
 * Reads the field SAMLRequest: base64, and raw DEFLATE under the redirect binding (SAML bindings §3.4.4.1, §3.5.4).
 * Its signature is not looked at: this provider signs in anyone as anyone, and answers to its own broker only.
 * Throws `validation_failed` with a sentence for a developer.
 */
export function readAuthnRequest(samlRequest: string, binding: Binding): ReadRequest {
  const tags = readStartTags(decodeMessage(samlRequest, binding))
  const root = tags[0]
  if (!isNamed(root, samlp, 'AuthnRequest')) {
    throw refuse('it is not a SAML 2.0 AuthnRequest')
  }
  const { ID: id, AssertionConsumerServiceURL: acsUrl, ProtocolBinding: answer } = root.attributes
  if (root.attributes.Version !== '2.0') throw refuse('its Version is not 2.0')
  if (!id) throw refuse('it has no ID')
  if (!acsUrl) throw refuse('it has no AssertionConsumerServiceURL to send the answer to')
  if (answer !== undefined && answer !== bindingUri.post) {
    throw refuse('it asks for an answer by another binding than HTTP-POST')
  }
  const issuer = tags.find((tag) => tag.depth === 1 && isNamed(tag, saml, 'Issuer'))?.text.trim()
  if (!issuer) throw refuse('it has no Issuer')
  const policy = tags.find((tag) => tag.depth === 1 && isNamed(tag, samlp, 'NameIDPolicy'))
  return {
    id,
    issuer,
    acsUrl,
    forceAuthn: root.attributes.ForceAuthn === 'true' || root.attributes.ForceAuthn === '1',
    destination: root.attributes.Destination ?? null,
    nameIdFormat: policy?.attributes.Format ?? null,
  }
}

/** Under which binding a message was written, when nobody said: XML begins with `<`, raw DEFLATE does not. */
export function guessBinding(samlRequest: string): Binding {
  return /^\s*(P[D-H]|77u\/P)/.test(samlRequest) ? 'post' : 'redirect'
}

function decodeMessage(samlRequest: string, binding: Binding): string {
  const base64 = samlRequest.replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw refuse('it is not base64')
  const bytes = Buffer.from(base64, 'base64')
  const xml = binding === 'redirect' ? inflate(bytes) : bytes
  if (xml.length > maximumXmlBytes) throw refuse('it is larger than 64 KB')
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(xml)
  } catch (cause) {
    throw refuse('it is not UTF-8', cause)
  }
}

function inflate(bytes: Buffer): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: maximumXmlBytes })
  } catch (cause) {
    const isLarge = cause instanceof RangeError
    throw refuse(isLarge ? 'it inflates to more than 64 KB' : 'it cannot be inflated', cause)
  }
}

function isNamed(tag: StartTag | undefined, namespace: string, localName: string): tag is StartTag {
  return tag !== undefined && tag.namespace === namespace && tag.localName === localName
}

function refuse(reason: string, cause?: unknown): VestibuleError {
  return new VestibuleError('validation_failed', `This SAMLRequest cannot be answered: ${reason}.`, { cause })
}
