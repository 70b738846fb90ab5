import { readTrustedCertificate, type TrustedCertificate } from './certificate.ts'
import { decryptElement } from './decrypt-element.ts'
import { checkSignaturePlaces, checkUniqueIds, looksLikeAssertion } from './envelope-checks.ts'
import type { Reading, Seen } from './response-reading.ts'
import { identifierText, optionalChild, refuse } from './response-reading.ts'
import { checkSignature } from './signature.ts'
import type { Expectation } from './verify-response.ts'
import { attributeOf, descendantsOf, isElement, samlNamespace, signatureNamespace } from './xml-tree.ts'

// Who signed what, and the way into an encrypted assertion (SAML core §5 and §6).

export function checkKnownCertificates(reading: {
  readonly expect: Pick<Expectation, 'certificates'>
  trusted: TrustedCertificate[]
}): Seen {
  const { certificates } = reading.expect
  if (certificates.length === 0) refuse('saml_idp_certificate_missing')
  reading.trusted = certificates.map(readTrustedCertificate).filter((one) => one !== null)
  if (reading.trusted.length === 0) refuse('saml_idp_certificate_unreadable')
  return { received: reading.trusted.map((one) => `${one.subject} (${one.keyType})`).join('; ') }
}

export function checkResponseSignature(reading: Reading): Seen {
  if (!reading.responseSignature) return { received: 'not signed' }
  const { certificate, algorithm } = checkSignature(reading.responseSignature, reading.trusted)
  reading.signers.push(certificate)
  return { received: algorithm }
}

/** What comes out of an encrypted assertion passes the same gate and the same rules as what stands in the open. */
export function checkDecryption(reading: Reading): Seen {
  const { encrypted, expect, response } = reading
  if (!encrypted) return { received: 'not encrypted' }
  const { element: assertion, algorithm } = decryptElement(
    encrypted,
    expect.decryptionKeys,
    expect.allowLegacyEncryption,
  )
  if (!isElement(assertion, samlNamespace, 'Assertion'))
    refuse('saml_assertion_missing', { received: `${assertion.localName} encrypted` })
  const all = descendantsOf(assertion).filter(looksLikeAssertion)
  if (all.length > 1) refuse('saml_multiple_assertions', { expected: '1', received: String(all.length) })
  checkUniqueIds([response, assertion])
  checkSignaturePlaces(assertion, [assertion])
  reading.assertion = assertion
  return { received: algorithm }
}

/** While nobody knows who the identity provider is, response and assertion must at least say the same. */
export function checkAssertionIssuer({ assertion, expect, found }: Reading): Seen {
  if (attributeOf(assertion, 'Version') !== '2.0')
    refuse('saml_wrong_version', { expected: '2.0', received: attributeOf(assertion, 'Version') })
  const issuer = optionalChild(assertion, samlNamespace, 'Issuer', 'saml_malformed_assertion')
  if (!issuer) return refuse('saml_issuer_missing', { expected: expect.idpEntityId ?? undefined })
  const received = identifierText(issuer, 'saml_malformed_assertion')
  const expected = expect.idpEntityId ?? found.issuer ?? received
  if (received !== expected) refuse('saml_wrong_assertion_issuer', { expected, received })
  found.issuer = received
  return { received }
}

/**
 * The assertion must be covered: by its own signature, or by that of the response, which covers everything in it.
 * Where both are there, both must hold.
 */
export function checkAssertionSignature(reading: Reading): Seen {
  const { assertion, trusted } = reading
  const signature = optionalChild(assertion, signatureNamespace, 'Signature', 'saml_signature_misplaced')
  if (!signature) {
    if (reading.signers.length === 0) refuse('saml_signature_missing')
    return { received: 'covered by the signature of the response' }
  }
  const { certificate, algorithm } = checkSignature(signature, trusted)
  reading.signers.push(certificate)
  return { received: algorithm }
}

/**
 * Says when the certificate that signed is out of date, and lets it pass: what we trust is the key the admin gave us.
 * Many identity providers sign with one certificate for years after its last day, and none checks chains here.
 */
export function checkCertificateDates({
  signers,
  expect,
}: {
  readonly expect: Pick<Expectation, 'now'>
  signers: TrustedCertificate[]
}): Seen {
  const notes = [...new Set(signers)].map(({ subject, notBefore, notAfter }) => {
    if (notAfter < expect.now)
      return `${subject}, expired on ${day(notAfter)}; accepted, but plan to replace it`
    if (notBefore > expect.now) return `${subject}, valid from ${day(notBefore)} only; accepted`
    return `${subject}, valid until ${day(notAfter)}`
  })
  return { received: notes.join('; ') }
}

const day = (at: Date) => at.toISOString().slice(0, 10)
