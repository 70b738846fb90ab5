import { describe, expect, test } from 'vitest'
import { isVestibuleError } from '#lib/base/errors.ts'
import { describeCertificate, parseIdpMetadata } from './metadata.ts'
import { certificateOf } from './testdata/build-response.ts'

const certificate = certificateOf('idp')
const second = certificateOf('idp-second')
const key = (value: string, use = ' use="signing"') =>
  `<md:KeyDescriptor${use}><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>${value}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>`
const endpoint = (service: string, binding: string, location: string) =>
  `<md:${service} Binding="urn:oasis:names:tc:SAML:2.0:bindings:${binding}" Location="${location}"/>`
const redirect = endpoint(
  'SingleSignOnService',
  'HTTP-Redirect',
  'https://idp.acme.example/sso?tenant=a&amp;x=1',
)
const idp = (inside: string, rest = '') =>
  `<md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"${rest}>${inside}</md:IDPSSODescriptor>`
const entity = (inside: string, entityId = 'https://idp.acme.example/entity', rest = '') =>
  `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${entityId}"${rest}>${inside}</md:EntityDescriptor>`

function messageOf(xml: string): string | undefined {
  try {
    parseIdpMetadata(xml)
  } catch (thrown) {
    if (!isVestibuleError(thrown)) throw thrown
    expect(thrown.code).toBe('validation_failed')
    expect(thrown.fields).toEqual([{ path: 'rawMetadata', message: thrown.message }])
    return thrown.message
  }
  return undefined
}

test('reads where answers to logout requests go, when that is another address', () => {
  const slo = endpoint('SingleLogoutService', 'HTTP-POST', 'https://idp.acme.example/slo').replace(
    '/>',
    ' ResponseLocation="https://idp.acme.example/slo-done"/>',
  )
  expect(parseIdpMetadata(entity(idp(key(certificate) + slo + redirect)))).toMatchObject({
    sloPostUrl: 'https://idp.acme.example/slo',
    sloPostResponseUrl: 'https://idp.acme.example/slo-done',
  })
  expect(
    messageOf(entity(idp(key(certificate) + slo.replaceAll('https:', 'javascript:') + redirect))),
  ).toContain('SingleLogoutService')
})

test('reads everything of a full document', () => {
  const xml = entity(
    idp(
      key(certificate.replace(/(.{64})/g, '\n   $1')) +
        key(second, '') +
        key(certificate) +
        key(certificateOf('sp'), ' use="encryption"') +
        endpoint('SingleLogoutService', 'HTTP-Redirect', 'https://idp.acme.example/slo') +
        endpoint('SingleLogoutService', 'HTTP-POST', 'https://idp.acme.example/slo-post') +
        '<md:NameIDFormat> urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress </md:NameIDFormat>' +
        endpoint('SingleSignOnService', 'SOAP', 'https://idp.acme.example/soap') +
        redirect +
        endpoint('SingleSignOnService', 'HTTP-POST', 'https://idp.acme.example/sso-post'),
      ' WantAuthnRequestsSigned="true"',
    ),
    'https://idp.acme.example/entity',
    ' validUntil="2030-01-01T00:00:00Z"',
  )
  expect(parseIdpMetadata(xml)).toEqual({
    entityId: 'https://idp.acme.example/entity',
    ssoRedirectUrl: 'https://idp.acme.example/sso?tenant=a&x=1',
    ssoPostUrl: 'https://idp.acme.example/sso-post',
    sloRedirectUrl: 'https://idp.acme.example/slo',
    sloPostUrl: 'https://idp.acme.example/slo-post',
    certificates: [certificate, second],
    wantAuthnRequestsSigned: true,
    nameIdFormats: ['urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'],
    validUntil: '2030-01-01T00:00:00Z',
  })
})

test('tolerates a byte order mark, white space and comments, another prefix, PEM armour', () => {
  const xml = entity(
    idp(key(`-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----`) + redirect),
  )
  const parsed = parseIdpMetadata(
    `\ufeff \n<?xml version="1.0" encoding="utf-8"?><!-- from the wiki -->${xml}`,
  )
  expect(parsed.certificates).toEqual([certificate])
  expect(parsed.wantAuthnRequestsSigned).toBe(false)
  expect(parseIdpMetadata(xml.replaceAll('md:', '').replaceAll('xmlns:md', 'xmlns')).entityId).toBe(
    parsed.entityId,
  )
})

test('takes the first entity with an identity provider out of many', () => {
  const service = entity(
    '<md:SPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"/>',
    'https://sp',
  )
  const xml = `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"><md:EntitiesDescriptor>${service}${entity(idp(key(certificate) + redirect), 'https://first')}</md:EntitiesDescriptor>${entity(idp(key(certificate) + redirect), 'https://second')}</md:EntitiesDescriptor>`
  expect(parseIdpMetadata(xml).entityId).toBe('https://first')
})

describe('refuses with a sentence', () => {
  const good = key(certificate) + redirect
  test.each([
    ['no identity provider', entity(''), 'Please provide a metadata with IDPSSODescriptor'],
    [
      'SAML 1.1 only',
      entity(idp(good)).replace('SAML:2.0:protocol', 'SAML:1.1:protocol'),
      'Please provide a metadata with IDPSSODescriptor',
    ],
    [
      'an IDPSSODescriptor of another namespace',
      entity(idp(good)).replace('SAML:2.0:metadata', 'other'),
      'Please provide a metadata with IDPSSODescriptor',
    ],
    ['no entityID', entity(idp(good), ' '), "Couldn't parse EntityID from SAML metadata"],
    ['no sign-on address', entity(idp(key(certificate))), "Couldn't find SAML bindings for POST/REDIRECT"],
    [
      'only SOAP',
      entity(idp(key(certificate) + endpoint('SingleSignOnService', 'SOAP', 'https://x.example'))),
      "Couldn't find SAML bindings for POST/REDIRECT",
    ],
    ['no certificate', entity(idp(redirect)), 'The metadata holds no signing certificate.'],
    [
      'only an encryption certificate',
      entity(idp(key(certificate, ' use="encryption"') + redirect)),
      'The metadata holds no signing certificate.',
    ],
    [
      'a certificate that is none',
      entity(idp(key(certificate) + key('AAAA') + redirect)),
      'Signing certificate 2 in the metadata cannot be read.',
    ],
    [
      'a cut certificate',
      entity(idp(key(certificate.slice(0, 400)) + redirect)),
      'Signing certificate 1 in the metadata cannot be read.',
    ],
    [
      'an entityID of two thousand characters',
      entity(idp(key(certificate) + redirect), 'x'.repeat(2000)),
      'The entityID in the metadata is longer than 1024 characters.',
    ],
    [
      'a key that SAML has no signature for',
      entity(idp(key(certificateOf('idp-ed25519')) + redirect)),
      'Signing certificate 1 in the metadata holds a key of type ED25519; RSA and EC keys are supported.',
    ],
    [
      'more certificates than a login can try',
      entity(idp(Array.from({ length: 21 }, (_, i) => key(`AAAA${i}`)).join('') + redirect)),
      'The metadata holds more than 20 signing certificates.',
    ],
    [
      'an address of three thousand characters',
      entity(
        idp(
          key(certificate) +
            endpoint('SingleSignOnService', 'HTTP-POST', `https://x.example/${'a'.repeat(3000)}`),
        ),
      ),
      'The SingleSignOnService address for HTTP-POST in the metadata is too long.',
    ],
    [
      'a document type',
      `<!DOCTYPE x>${entity(idp(good))}`,
      'The metadata holds a document type declaration, which is not accepted.',
    ],
    ['more than 2 MB', entity(idp(good)) + ' '.repeat(2 * 1024 * 1024), 'The metadata is larger than 2 MB.'],
    [
      'too many elements',
      entity(idp(good + '<md:x/>'.repeat(60_000))),
      'The metadata has too many elements; give the one of a single identity provider.',
    ],
  ])('%s', (_what, xml, message) => {
    expect(messageOf(xml)).toBe(message)
  })

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://idp.acme.example/',
    '/sso',
    'https:idp.acme.example',
    '',
    'https://user:word@idp.acme.example/',
  ])('the sign-on address %j', (location) => {
    const xml = entity(
      idp(key(certificate) + redirect + endpoint('SingleSignOnService', 'HTTP-POST', location)),
    )
    expect(messageOf(xml)).toMatch(
      /^The SingleSignOnService address for HTTP-POST in the metadata (is not an http|holds a user)/,
    )
  })

  test.each(['', 'not xml', '<html><body>Sign in</body></html', '{"issuer": "x"}', '<a b=1>'])(
    '%j as not XML',
    (text) => {
      expect(messageOf(text)).toMatch(/^The metadata is not XML we can read/)
    },
  )
})

describe('a certificate', () => {
  test('is described by subject, dates, fingerprints and key', () => {
    const facts = describeCertificate(certificate)
    expect(facts).toMatchObject({
      subject: 'CN=idp.acme.example, O=Acme',
      issuer: 'CN=idp.acme.example, O=Acme',
      keyType: 'RSA 2048',
    })
    expect(facts.sha256Fingerprint).toMatch(/^[0-9a-f]{64}$/)
    expect(facts.sha1Thumbprint).toMatch(/^[0-9a-f]{40}$/)
    expect(facts.notBefore < facts.notAfter).toBe(true)
    expect(Object.keys(facts)).not.toContain('publicKey')
    expect(describeCertificate(certificateOf('idp-ec')).keyType).toBe('EC P-256')
    expect(describeCertificate(certificateOf('idp-p384')).keyType).toBe('EC P-384')
  })
  test.each(['', 'AAAA', '!', 'not base64'])('%j is refused', (text) => {
    expect(() => describeCertificate(text)).toThrow('The certificate cannot be read.')
  })
})
