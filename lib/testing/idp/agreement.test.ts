import { describe, expect, it } from 'vitest'
import { mintAuthnRequest } from '#lib/saml/authn-request.ts'
import type { SamlCause } from '#lib/saml/causes.ts'
import { parseIdpMetadata } from '#lib/saml/metadata.ts'
import { sendByPost, sendByRedirect } from '#lib/saml/send-message.ts'
import { type Expectation, verifyResponse } from '#lib/saml/verify-response.ts'
import { type Fault, faults } from './faults.ts'
import { renderTestIdpMetadata } from './idp-metadata.ts'
import { type MintInput, mintTestResponse } from './mint-test-response.ts'
import { nameIdFormat } from './namespaces.ts'
import { people } from './people.ts'
import { readAuthnRequest } from './read-authn-request.ts'
import {
  idp,
  now,
  random,
  request,
  serviceProviderCertificate,
  serviceProviderKey,
} from './response-fixture.ts'

/** The two halves share no code; here, and only here, they meet. */

const engineer = people('acme')[0]!
const metadata = parseIdpMetadata(renderTestIdpMetadata(idp))
const expectation: Expectation = {
  idpEntityId: metadata.entityId,
  certificates: metadata.certificates,
  audiences: [request.issuer],
  acsUrls: [request.acsUrl],
  requestId: request.id,
  now,
  decryptionKeys: [serviceProviderKey],
  allowLegacyEncryption: false,
}

function verify(minted: Partial<MintInput> = {}, expected: Partial<Expectation> = {}) {
  const samlResponse = mintTestResponse({ idp, request, person: engineer, now, random, ...minted })
  return verifyResponse(samlResponse, { ...expectation, ...expected })
}

const causeOf = (verdict: ReturnType<typeof verify>): SamlCause | null => (verdict.ok ? null : verdict.cause)

describe('the service provider understands the metadata', () => {
  it('entity, both addresses and the one certificate', () => {
    expect(metadata).toMatchObject({
      entityId: idp.entityId,
      ssoRedirectUrl: `${idp.baseUrl}/sso`,
      ssoPostUrl: `${idp.baseUrl}/sso`,
      certificates: [idp.certificate],
      wantAuthnRequestsSigned: false,
      nameIdFormats: Object.values(nameIdFormat),
    })
  })
})

describe('the identity provider understands the requests', () => {
  const xml = mintAuthnRequest({
    id: '_request-2',
    issuer: request.issuer,
    destination: `${idp.baseUrl}/sso`,
    acsUrl: `${request.acsUrl}`,
    issuedAt: now,
    forceAuthn: true,
    identifierFormat: nameIdFormat.persistent,
  })
  const understood = {
    id: '_request-2',
    issuer: request.issuer,
    acsUrl: request.acsUrl,
    forceAuthn: true,
    destination: `${idp.baseUrl}/sso`,
    nameIdFormat: nameIdFormat.persistent,
  }
  const sending = {
    xml,
    destination: `${idp.baseUrl}/sso`,
    relayState: 'state',
    signingKey: serviceProviderKey,
  }

  it('sent by redirect', () => {
    const { searchParams } = new URL(sendByRedirect(sending))
    expect(readAuthnRequest(searchParams.get('SAMLRequest')!, 'redirect')).toEqual(understood)
  })

  it('sent by post, with a signature inside', () => {
    const { fields } = sendByPost({ ...sending, certificate: serviceProviderCertificate })
    expect(readAuthnRequest(fields.SAMLRequest, 'post')).toEqual(understood)
  })
})

const variants = (['assertion', 'response', 'both'] as const).flatMap((signing) => [
  { signing },
  { signing, encryptFor: serviceProviderCertificate },
])

describe('the service provider accepts good responses', () => {
  it.each(variants)('%j', (minted) => {
    const verdict = verify(minted)
    expect(causeOf(verdict)).toBeNull()
    expect(verdict).toMatchObject({ assertion: { nameId: { value: engineer.email } } })
  })

  it('that nobody asked for, where that is allowed', () => {
    const verdict = verify({ request: { ...request, id: null } }, { requestId: null })
    expect(causeOf(verdict)).toBeNull()
  })
})

describe('every fault leads to the cause it announces', () => {
  /** What is signed, and whether it is encrypted, must not change what a fault leads to. */
  const cases = Object.entries(faults).flatMap(([fault, { expectedCause }]) =>
    variants.map((minted) => ({
      fault: fault as Fault,
      expectedCause: fault === 'replay' ? null : expectedCause,
      minted,
      how: `${minted.signing}${minted.encryptFor ? ', encrypted' : ''}`,
    })),
  )
  it.each(cases)('$fault, signed: $how', ({ fault, expectedCause, minted }) => {
    expect(causeOf(verify({ ...minted, fault }))).toBe(expectedCause)
  })

  it('replay: the second response has the assertion ID of the first', () => {
    const [first, second] = [verify({ fault: 'replay' }), verify({ fault: 'replay' })]
    expect(first.ok && second.ok && first.assertion.id === second.assertion.id).toBe(true)
  })

  it('expired-cert passes where the metadata with that certificate was taken', () => {
    const { certificates } = parseIdpMetadata(renderTestIdpMetadata(idp, 'expired'))
    expect(causeOf(verify({ fault: 'expired-cert' }, { certificates }))).toBeNull()
  })

  it('encrypted-cbc passes where a connection allows it', () => {
    const verdict = verify(
      { fault: 'encrypted-cbc', encryptFor: serviceProviderCertificate },
      { allowLegacyEncryption: true },
    )
    expect(causeOf(verdict)).toBeNull()
  })

  it('no-email and no-nameid leave out what they say', () => {
    const withoutEmail = verify({ fault: 'no-email' })
    expect(withoutEmail.ok && withoutEmail.assertion.attributes.has('email')).toBe(false)
    expect(withoutEmail.ok && withoutEmail.assertion.nameId?.value).toBe(engineer.id)
    const withoutNameId = verify({ fault: 'no-nameid' })
    expect(withoutNameId.ok && withoutNameId.assertion.nameId).toBeNull()
  })
})
