import { createHash, privateDecrypt, verify, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type Fault, faults } from './faults.ts'
import { type MintInput, mintTestResponse } from './mint-test-response.ts'
import { people } from './people.ts'
import {
  decode,
  idp,
  now,
  random,
  request,
  serviceProviderCertificate,
  serviceProviderKey,
} from './response-fixture.ts'

const [engineer, administrator] = people('acme')

function mint(fault?: Fault, overrides: Partial<MintInput> = {}): string {
  return decode(mintTestResponse({ idp, request, person: engineer!, fault, now, random, ...overrides }))
}

/** The text of the signed assertion without its signature, and what its signature says about it. */
function inspectSignature(xml: string, certificate = idp.certificate) {
  const assertion = /<saml:Assertion .*?<\/saml:Assertion>/s.exec(xml)![0]
  const [signature, signedInfo = ''] =
    /<ds:Signature .*?(<ds:SignedInfo>.*<\/ds:SignedInfo>).*<\/ds:Signature>/s.exec(assertion)!
  const digest = /<ds:DigestValue>(.*?)</.exec(signature)![1]
  const value = Buffer.from(/<ds:SignatureValue>(.*?)</.exec(signature)![1]!, 'base64')
  const hashed = signedInfo.replace(
    '<ds:SignedInfo>',
    '<ds:SignedInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#">',
  )
  const hash = signature.includes('rsa-sha1') ? 'sha1' : 'sha256'
  const content = assertion.replace(signature, '').replaceAll('<!---->', '')
  return {
    digestFits: createHash(hash).update(content).digest('base64') === digest,
    signatureFits: verify(
      hash,
      Buffer.from(hashed),
      new X509Certificate(Buffer.from(certificate, 'base64')).publicKey,
      value,
    ),
  }
}

/** The assertion inside the encryption, or null when this key does not open it. */
function decryptKeyWith(xml: string, key: typeof serviceProviderKey): Buffer | null {
  const wrapped = Buffer.from(/<xenc:CipherValue>(.*?)</.exec(xml)![1]!, 'base64')
  try {
    return privateDecrypt({ key, oaepHash: 'sha1' }, wrapped)
  } catch {
    return null
  }
}

const sound = { digestFits: true, signatureFits: true }
const subject = (xml: string) => /<saml:NameID[^>]*>(.*?)<\/saml:NameID>/.exec(xml)?.[1]
const valuesOf = (xml: string, name: string) =>
  [...xml.matchAll(new RegExp(`Name="${name}"[^>]*><saml:AttributeValue>(.*?)<`, 'g'))].map(
    ([, value]) => value,
  )

/** What each fault must do to the text, and nothing else: the signature stays sound unless it is the fault. */
const expectations: Record<Fault, (xml: string) => void> = {
  unsigned: (xml) => expect(xml).not.toContain('ds:Signature'),
  altered: (xml) => {
    expect(subject(xml)).toBe(`${engineer!.email}.altered`)
    expect(inspectSignature(xml)).toEqual({ digestFits: false, signatureFits: true })
  },
  'unknown-cert': (xml) => {
    expect(xml).toContain(idp.otherCertificate)
    expect(inspectSignature(xml)).toEqual({ digestFits: true, signatureFits: false })
    expect(inspectSignature(xml, idp.otherCertificate)).toEqual(sound)
  },
  'expired-cert': (xml) => {
    expect(inspectSignature(xml, idp.expiredCertificate)).toEqual(sound)
    const certificate = new X509Certificate(Buffer.from(idp.expiredCertificate, 'base64'))
    expect(certificate.validToDate.getTime()).toBeLessThan(now.getTime())
  },
  sha1: (xml) => {
    expect(xml).toContain('xmldsig#rsa-sha1')
    expect(xml).toContain('xmldsig#sha1')
    expect(inspectSignature(xml)).toEqual(sound)
  },
  'wrong-issuer': (xml) => {
    expect(xml).not.toContain(`>${idp.entityId}</saml:Issuer>`)
    expect(xml.match(/another-issuer<\/saml:Issuer>/g)).toHaveLength(2)
    expect(inspectSignature(xml)).toEqual(sound)
  },
  'wrong-audience': (xml) => {
    expect(xml).toMatch(/<saml:Audience>[^<]*another-application</)
    expect(xml).not.toContain(`<saml:Audience>${request.issuer}<`)
    expect(inspectSignature(xml)).toEqual(sound)
  },
  'no-audience': (xml) => {
    expect(xml).not.toContain('Audience')
    expect(inspectSignature(xml)).toEqual(sound)
  },
  'wrong-destination': (xml) => {
    expect(xml).not.toContain(`Destination="${request.acsUrl}"`)
    expect(xml).toContain(`Recipient="${request.acsUrl}"`)
    expect(inspectSignature(xml)).toEqual(sound)
  },
  'wrong-recipient': (xml) => {
    expect(xml).toContain(`Destination="${request.acsUrl}"`)
    expect(xml).not.toContain(`Recipient="${request.acsUrl}"`)
    expect(inspectSignature(xml)).toEqual(sound)
  },
  'wrong-in-response-to': (xml) => {
    expect(xml).not.toContain(request.id)
    expect(new Set(xml.match(/InResponseTo="_[0-9a-f]{32}"/g)).size).toBe(1)
    expect(inspectSignature(xml)).toEqual(sound)
  },
  replay: (xml) => {
    const id = /<saml:Assertion [^>]*ID="([^"]+)"/
    expect(id.exec(xml)![1]).toBe(id.exec(mint('replay'))![1])
    expect(inspectSignature(xml)).toEqual(sound)
  },
  'skew+600': (xml) => {
    expect(xml.match(/IssueInstant="2026-06-01T10:10:00.000Z"/g)).toHaveLength(2)
    expect(xml).toContain('NotOnOrAfter="2026-06-01T10:15:00.000Z"')
    expect(inspectSignature(xml)).toEqual(sound)
  },
  'skew-600': (xml) => {
    expect(xml.match(/IssueInstant="2026-06-01T09:50:00.000Z"/g)).toHaveLength(2)
    expect(xml).toContain('NotOnOrAfter="2026-06-01T09:55:00.000Z"')
    expect(inspectSignature(xml)).toEqual(sound)
  },
  'no-email': (xml) => {
    expect(xml).not.toContain(engineer!.email)
    expect(subject(xml)).toBe(engineer!.id)
    expect(inspectSignature(xml)).toEqual(sound)
  },
  'no-nameid': (xml) => {
    expect(xml).not.toContain('NameID')
    expect(xml).not.toContain(engineer!.id)
    expect(valuesOf(xml, 'email')).toEqual([engineer!.email])
    expect(inspectSignature(xml)).toEqual(sound)
  },
  'duplicate-attribute': (xml) => {
    expect(valuesOf(xml, 'email')).toEqual([engineer!.email, administrator!.email])
    expect(inspectSignature(xml)).toEqual(sound)
  },
  'no-authn': (xml) => {
    expect(xml).not.toContain('AuthnStatement')
    expect(inspectSignature(xml)).toEqual(sound)
  },
  'status-denied': (xml) => {
    expect(xml).toContain('status:RequestDenied')
    expect(xml).not.toContain('status:Success')
    expect(xml).not.toContain('saml:Assertion')
  },
  'two-assertions': (xml) => {
    expect(xml.match(/<saml:Assertion /g)).toHaveLength(2)
    expect(new Set(xml.match(/<saml:NameID[^>]*>[^<]*/g)).size).toBe(2)
    expect(inspectSignature(xml)).toEqual(sound)
  },
  'comment-in-nameid': (xml) => {
    expect(subject(xml)).toBe(`${engineer!.email}<!---->.attacker.example`)
    expect(inspectSignature(xml)).toEqual(sound)
  },
  doctype: (xml) => {
    expect(xml).toMatch(/^<!DOCTYPE /)
    expect(inspectSignature(xml)).toEqual(sound)
  },
  'encrypted-wrong-key': (xml) => {
    expect(xml).toContain('saml:EncryptedAssertion')
    expect(decryptKeyWith(xml, serviceProviderKey)).toBeNull()
    expect(decryptKeyWith(xml, idp.otherKey)).toHaveLength(32)
  },
  'encrypted-cbc': (xml) => expect(xml).toContain('xmlenc#aes256-cbc'),
}

describe('each fault does what it says and nothing else', () => {
  it('a response without a fault is sound, so that the checks below mean something', () => {
    expect(inspectSignature(mint())).toEqual(sound)
  })
  it.each(Object.entries(expectations))('%s', (fault, expectIn) => {
    expectIn(mint(fault as Fault))
  })
})

describe('a fault shows whatever is signed', () => {
  it.each(['response', 'both'] as const)('altered, with the signature on: %s', (signing) => {
    const xml = mint('altered', { signing })
    expect(xml).toContain('.altered</saml:NameID>')
    const [signature] = /<ds:Signature .*?<\/ds:Signature>/s.exec(xml)!
    const digest = /<ds:DigestValue>(.*?)</.exec(signature)![1]
    const content = xml.replace(signature, '')
    expect(createHash('sha256').update(content).digest('base64')).not.toBe(digest)
    const restored = content.replace('.altered</saml:NameID>', '</saml:NameID>')
    expect(createHash('sha256').update(restored).digest('base64')).toBe(digest)
  })

  it('encrypted-cbc can be opened by the one it is for', () => {
    const xml = mint('encrypted-cbc', { encryptFor: serviceProviderCertificate })
    expect(decryptKeyWith(xml, serviceProviderKey)).toHaveLength(32)
  })
})

it('every fault has a title and sentences of its own', () => {
  const all = Object.values(faults)
  expect(new Set(all.map(({ title }) => title)).size).toBe(all.length)
  expect(new Set(all.map(({ sentence }) => sentence)).size).toBe(all.length)
})
