import { decryptElement } from './decrypt-element.ts'
import {
  checkAge,
  checkInResponseTo,
  checkSignaturePlaces,
  checkUniqueIds,
  statusName,
} from './envelope-checks.ts'
import { decodeDelivered, readDelivery } from './logout-delivery.ts'
import type { LogoutMessageName, LogoutReading } from './logout-reading.ts'
import { readNameId } from './name-id.ts'
import type { Seen } from './response-reading.ts'
import {
  anyOf,
  hasPassed,
  identifierText,
  instantOf,
  optionalChild,
  plainText,
  refuse,
  requiredAttribute,
} from './response-reading.ts'
import { checkDetachedSignature, checkSignature } from './signature.ts'
import { parseXml } from './xml.ts'
import {
  attributeOf,
  childrenOf,
  elementsOf,
  hasOnlyElements,
  isElement,
  protocolNamespace,
  samlNamespace,
  signatureNamespace,
  textOf,
} from './xml-tree.ts'

// The checks of a logout message (SAML core §3.7, bindings §3.4 and §3.5, profiles §4.4).

const malformed = 'saml_malformed_logout'

export function checkParameters(reading: LogoutReading): Seen {
  reading.delivered = readDelivery(reading.delivery)
  const expected = reading.name === 'LogoutRequest' ? 'SAMLRequest' : 'SAMLResponse'
  const received = reading.delivered.field
  if (received !== expected) refuse('saml_not_a_logout_message', { expected, received })
  return { received: `${received} by ${reading.delivered.binding}` }
}

export function checkLogoutText(reading: LogoutReading): Seen {
  reading.text = decodeDelivered(reading.delivered)
  return { received: `${Buffer.byteLength(reading.text)} bytes` }
}

export function checkLogoutXml(reading: LogoutReading): Seen {
  reading.message = parseXml(reading.text)
  return {}
}

const parts: Record<LogoutMessageName, readonly (readonly [namespace: string, localName: string])[]> = {
  LogoutRequest: [
    [samlNamespace, 'Issuer'],
    [signatureNamespace, 'Signature'],
    [protocolNamespace, 'Extensions'],
    [samlNamespace, 'NameID'],
    [samlNamespace, 'EncryptedID'],
    [protocolNamespace, 'SessionIndex'],
  ],
  LogoutResponse: [
    [samlNamespace, 'Issuer'],
    [signatureNamespace, 'Signature'],
    [protocolNamespace, 'Extensions'],
    [protocolNamespace, 'Status'],
  ],
}

/** The root is what it must be, and holds nothing that SAML does not name there; a signature stands in it or nowhere. */
export function checkLogoutMessage(reading: LogoutReading): Seen {
  const { message, name } = reading
  if (!isElement(message, protocolNamespace, name))
    refuse('saml_not_a_logout_message', { expected: name, received: message.localName })
  const version = attributeOf(message, 'Version')
  if (version !== '2.0') refuse('saml_wrong_version', { expected: '2.0', received: version })
  reading.id = requiredAttribute(message, 'ID', malformed)
  requiredAttribute(message, 'IssueInstant', malformed)
  checkUniqueIds([message])
  for (const part of elementsOf(message))
    if (!parts[name].some(([namespace, localName]) => isElement(part, namespace, localName)))
      refuse(malformed, { received: `${part.name} in the message` })
  if (!hasOnlyElements(message)) refuse(malformed, { received: 'text between the elements' })
  reading.enveloped =
    optionalChild(message, signatureNamespace, 'Signature', 'saml_signature_misplaced') ?? null
  checkSignaturePlaces(message, [message])
  return { received: reading.id }
}

export function checkLogoutIssuer({ message, expect }: LogoutReading): Seen {
  const issuer = optionalChild(message, samlNamespace, 'Issuer', malformed)
  if (!issuer) return refuse('saml_issuer_missing', { expected: expect.idpEntityId })
  const received = identifierText(issuer, malformed)
  if (received !== expect.idpEntityId) refuse('saml_wrong_issuer', { expected: expect.idpEntityId, received })
  return { received }
}

/**
 * Mandatory in both bindings: over the query of a redirect, whose message then holds none of its own (bindings
 * §3.4.4.1), and inside the XML of a form.
 */
export function checkLogoutSignature(reading: LogoutReading): Seen {
  const { certificate, algorithm } =
    reading.delivered.binding === 'redirect' ? checkQuerySignature(reading) : checkEnvelopedSignature(reading)
  reading.signers = [certificate]
  return { received: algorithm }
}

function checkQuerySignature({ delivered, enveloped, trusted }: LogoutReading) {
  if (enveloped) refuse('saml_signature_misplaced', { received: 'inside a message sent by redirect' })
  return checkDetachedSignature(delivered.signature ?? refuse('saml_signature_missing'), trusted)
}

function checkEnvelopedSignature({ enveloped, trusted }: LogoutReading) {
  return checkSignature(enveloped ?? refuse('saml_signature_missing'), trusted)
}

/** Where it was sent to: required, because it is signed (bindings §3.4.5.2 and §3.5.5.2). */
export function checkLogoutDestination({ message, expect }: LogoutReading): Seen {
  const received = attributeOf(message, 'Destination')
  const expected = anyOf(expect.logoutUrls)
  if (!received) return refuse('saml_destination_missing', { expected })
  if (!expect.logoutUrls.includes(received)) refuse('saml_wrong_destination', { expected, received })
  return { received }
}

export function checkLogoutAge(reading: LogoutReading): Seen {
  const issuedAt = instantOf(reading.message, 'IssueInstant', malformed)!
  reading.ends = [checkAge(issuedAt, reading.expect.now, 'saml_stale_response')]
  return { received: issuedAt.toISOString() }
}

export function checkLogoutEnd({ message, expect, ends }: LogoutReading): Seen {
  const end = instantOf(message, 'NotOnOrAfter', malformed)
  if (!end) return { received: 'none' }
  if (hasPassed(end, expect.now))
    refuse('saml_expired', { expected: expect.now.toISOString(), received: end.toISOString() })
  ends.push(end)
  return { received: end.toISOString() }
}

/** Whom it is about, exactly as signed; decrypted where it came encrypted (core §2.2.4). */
export function checkLogoutNameId(reading: LogoutReading): Seen {
  const { message, expect } = reading
  const plain = optionalChild(message, samlNamespace, 'NameID', malformed)
  const encrypted = optionalChild(message, samlNamespace, 'EncryptedID', malformed)
  if (plain && encrypted) refuse(malformed, { received: 'NameID and EncryptedID together' })
  const element = encrypted
    ? decryptElement(encrypted, expect.decryptionKeys, expect.allowLegacyEncryption).element
    : plain
  if (element && !isElement(element, samlNamespace, 'NameID'))
    refuse(malformed, { received: `${element.localName} encrypted` })
  const nameId = element ? readNameId(element, malformed) : null
  if (!nameId) return refuse('saml_name_id_missing')
  reading.nameId = nameId
  return { received: nameId.value }
}

/** Which of the person's sessions; none named: all of them (core §3.7.1). */
export function checkSessionIndexes(reading: LogoutReading): Seen {
  const named = childrenOf(reading.message, protocolNamespace, 'SessionIndex')
  reading.sessionIndexes = named.map((one) => plainText(one, malformed))
  return { received: reading.sessionIndexes.join(', ') || 'all' }
}

export function checkLogoutRequestId({ message, expect }: LogoutReading): Seen {
  const received = attributeOf(message, 'InResponseTo')
  checkInResponseTo(received, expect.requestId)
  return { received }
}

/** Ended everywhere, or at the identity provider while somebody else could not be told; anything else is a failure. */
export function checkLogoutStatus(reading: LogoutReading): Seen {
  const status = optionalChild(reading.message, protocolNamespace, 'Status', malformed)
  const code = status && optionalChild(status, protocolNamespace, 'StatusCode', malformed)
  if (!status || !code) return refuse(malformed, { received: 'no status' })
  const second = childrenOf(code, protocolNamespace, 'StatusCode')[0]
  const names = [statusName(code), ...(second ? [statusName(second)] : [])]
  if (names.includes('PartialLogout')) reading.status = 'PartialLogout'
  else if (names[0] === 'Success') reading.status = 'Success'
  else {
    const message = childrenOf(status, protocolNamespace, 'StatusMessage')[0]
    const said = message && (textOf(message) ?? '').trim()
    refuse('saml_logout_failed', { expected: 'Success', received: said || names.join(', ') })
  }
  return { received: names.join(', ') }
}
