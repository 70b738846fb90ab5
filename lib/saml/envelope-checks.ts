import type { SamlCause } from './causes.ts'
import type { Reading, Seen } from './response-reading.ts'
import {
  anyOf,
  hasPassed,
  identifierText,
  instantOf,
  isAhead,
  maxAgeSeconds,
  optionalChild,
  refuse,
  requiredAttribute,
} from './response-reading.ts'
import { decodeSamlMessage, parseXml } from './xml.ts'
import type { XmlElement } from './xml-tree.ts'
import {
  attributeOf,
  childrenOf,
  descendantsOf,
  elementsOf,
  hasOnlyElements,
  isElement,
  protocolNamespace,
  samlNamespace,
  signatureNamespace,
  textOf,
} from './xml-tree.ts'

// The checks of the response around the assertion (SAML core §3.2.2 and §3.3.3, bindings §3.5, profiles §4.1.4.2).

export function checkMessage(reading: Reading): Seen {
  reading.text = decodeSamlMessage(reading.field)
  return { received: `${Buffer.byteLength(reading.text)} bytes` }
}

export function checkXml(reading: Reading): Seen {
  reading.response = parseXml(reading.text)
  return {}
}

export function checkResponse({ response }: Reading): Seen {
  if (!isElement(response, protocolNamespace, 'Response'))
    refuse('saml_not_a_response', { expected: 'Response', received: response.localName })
  const version = attributeOf(response, 'Version')
  if (version !== '2.0') refuse('saml_wrong_version', { expected: '2.0', received: version })
  const id = requiredAttribute(response, 'ID', 'saml_malformed_response')
  requiredAttribute(response, 'IssueInstant', 'saml_malformed_response')
  checkUniqueIds([response])
  return { received: id }
}

/** No ID twice, in all trees together: a signature names what it covers by ID alone. */
export function checkUniqueIds(trees: XmlElement[]): void {
  const seen = new Set<string>()
  for (const tree of trees)
    for (const element of descendantsOf(tree))
      for (const { localName, value } of element.attributes) {
        if (localName.toLowerCase() !== 'id') continue
        if (seen.has(value)) refuse('saml_duplicate_id', { received: value })
        seen.add(value)
      }
}

const statusPrefix = 'urn:oasis:names:tc:SAML:2.0:status:'
const statusCauses: ReadonlyMap<string, SamlCause> = new Map([
  ['NoPassive', 'saml_status_no_passive'],
  ['AuthnFailed', 'saml_status_authn_failed'],
  ['RequestDenied', 'saml_status_request_denied'],
  ['InvalidNameIDPolicy', 'saml_status_invalid_name_id_policy'],
  ['NoAuthnContext', 'saml_status_no_authn_context'],
  ['UnknownPrincipal', 'saml_status_unknown_principal'],
  ['RequestUnsupported', 'saml_status_request_unsupported'],
  ['Requester', 'saml_status_requester'],
  ['Responder', 'saml_status_responder'],
  ['VersionMismatch', 'saml_status_version_mismatch'],
])

export function checkStatus({ response }: Reading): Seen {
  const status = optionalChild(response, protocolNamespace, 'Status', 'saml_malformed_response')
  const code = status && optionalChild(status, protocolNamespace, 'StatusCode', 'saml_malformed_response')
  if (!status || !code) return refuse('saml_malformed_response', { received: 'no status' })
  const top = statusName(code)
  if (top === 'Success') return { received: top }
  const second = childrenOf(code, protocolNamespace, 'StatusCode')[0]
  const detail = second && statusName(second)
  const message = childrenOf(status, protocolNamespace, 'StatusMessage')[0]
  const said = message && (textOf(message) ?? '').trim()
  const cause = statusCauses.get(detail ?? '') ?? statusCauses.get(top) ?? 'saml_status_other'
  return refuse(cause, { expected: 'Success', received: said || [top, detail].filter(Boolean).join(', ') })
}

/** A status code without what all of SAML's begin with. */
export function statusName(code: XmlElement): string {
  const value = attributeOf(code, 'Value') ?? ''
  return value.startsWith(statusPrefix) ? value.slice(statusPrefix.length) : value
}

/** Required where the response is signed or the assertion encrypted, compared wherever it stands (profiles §4.1.4.2). */
export function checkResponseIssuer({ response, expect, found }: Reading): Seen {
  const issuer = optionalChild(response, samlNamespace, 'Issuer', 'saml_malformed_response')
  if (!issuer) {
    const required = elementsOf(response).some(
      (one) =>
        isElement(one, signatureNamespace, 'Signature') ||
        isElement(one, samlNamespace, 'EncryptedAssertion'),
    )
    if (required) refuse('saml_issuer_missing', { expected: expect.idpEntityId ?? undefined })
    return { received: 'not named, and the response is not signed' }
  }
  const received = identifierText(issuer, 'saml_malformed_response')
  const expected = expect.idpEntityId ?? received
  if (received !== expected) refuse('saml_wrong_issuer', { expected, received })
  found.issuer = received
  return { received }
}

const responseParts = [
  [samlNamespace, 'Issuer'],
  [signatureNamespace, 'Signature'],
  [protocolNamespace, 'Extensions'],
  [protocolNamespace, 'Status'],
  [samlNamespace, 'Assertion'],
  [samlNamespace, 'EncryptedAssertion'],
] as const

/** Exactly one assertion in the whole document, plain or encrypted, and nothing in the response that SAML does not name. */
export function checkOneAssertion(reading: Reading): Seen {
  const { response } = reading
  // By local name alone: an element that only looks like an assertion is as unwelcome as a second one.
  const all = descendantsOf(response).filter(looksLikeAssertion)
  if (all.length > 1) refuse('saml_multiple_assertions', { expected: '1', received: String(all.length) })
  const [only] = all
  if (!only) return refuse('saml_assertion_missing')
  if (only.namespace !== samlNamespace)
    refuse('saml_assertion_missing', { received: `${only.localName} of ${only.namespace || 'no namespace'}` })
  for (const part of elementsOf(response))
    if (!responseParts.some(([namespace, name]) => isElement(part, namespace, name)))
      refuse('saml_malformed_response', { received: `${part.name} in the response` })
  if (only.parent !== response || !hasOnlyElements(response))
    refuse('saml_malformed_response', { received: 'content in the wrong place' })
  reading.responseSignature =
    optionalChild(response, signatureNamespace, 'Signature', 'saml_signature_misplaced') ?? null
  if (only.localName === 'Assertion') reading.assertion = only
  else reading.encrypted = only
  checkSignaturePlaces(response, [response, only])
  return { received: reading.encrypted ? 'encrypted' : 'plain' }
}

export const looksLikeAssertion = ({ localName }: XmlElement) =>
  localName === 'Assertion' || localName === 'EncryptedAssertion'

/** Signatures stand in the response and in the assertion, directly, and nowhere else. */
export function checkSignaturePlaces(tree: XmlElement, places: XmlElement[]): void {
  for (const element of descendantsOf(tree))
    if (isElement(element, signatureNamespace, 'Signature') && !places.includes(element.parent!))
      refuse('saml_signature_misplaced', { received: `in ${element.parent?.localName ?? 'nothing'}` })
}

/** Where the response was sent to; a signed one must say so (bindings §3.5.5.2). */
export function checkDestination({ response, responseSignature, expect }: Reading): Seen {
  const received = attributeOf(response, 'Destination')
  const expected = anyOf(expect.acsUrls)
  if (!received && responseSignature) refuse('saml_destination_missing', { expected })
  if (received && !expect.acsUrls.includes(received)) refuse('saml_wrong_destination', { expected, received })
  return { received: received || 'not named, and the response is not signed' }
}

/** `null`: the login was not started here, so nothing may claim to answer a request of ours (profiles §4.1.5). */
export function checkInResponseTo(received: string | undefined, expected: string | null): void {
  if (expected === null && received !== undefined) refuse('saml_unexpected_in_response_to', { received })
  if (expected !== null && !received) refuse('saml_in_response_to_missing', { expected })
  if (expected !== null && received !== expected) refuse('saml_wrong_in_response_to', { expected, received })
}

export function checkRequest({ response, expect }: Reading): Seen {
  const received = attributeOf(response, 'InResponseTo')
  checkInResponseTo(received, expect.requestId)
  return { received: received ?? 'none, the login was started at the identity provider' }
}

export function checkResponseAge({ response, expect }: Reading): Seen {
  const issuedAt = instantOf(response, 'IssueInstant', 'saml_malformed_response')!
  checkAge(issuedAt, expect.now, 'saml_stale_response')
  return { received: issuedAt.toISOString() }
}

/** Not from the future and not older than five minutes; returns when it becomes too old. */
export function checkAge(issuedAt: Date, now: Date, stale: SamlCause): Date {
  const seen = { expected: now.toISOString(), received: issuedAt.toISOString() }
  if (isAhead(issuedAt, now)) refuse('saml_issued_in_future', seen)
  const end = new Date(issuedAt.getTime() + maxAgeSeconds * 1000)
  if (hasPassed(end, now)) refuse(stale, seen)
  return end
}
