import { verify } from 'node:crypto'
import { inflateRawSync } from 'node:zlib'
import { DOMParser } from '@xmldom/xmldom'
import fc from 'fast-check'
import * as samlify from 'samlify'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { SignedXml } from 'xml-crypto'
import { mintAuthnRequest } from './authn-request.ts'
import { parseIdpMetadata } from './metadata.ts'
import { sendByPost, sendByRedirect } from './send-message.ts'
import { renderSpMetadata } from './sp-metadata.ts'
import {
  acsUrl,
  buildResponse,
  certificateOf,
  cipher,
  clock,
  defaultExpectation,
  idpEntityId,
  pemOf,
  privateKeyOf,
  spEntityId,
} from './testdata/build-response.ts'
import { verifyResponse } from './verify-response.ts'
import { parseXml } from './xml.ts'
import { attributeOf, childrenOf, metadataNamespace, textOf } from './xml-tree.ts'

const destination = 'https://idp.acme.example/sso?tenant=a&x=1'
const input = {
  id: '_0123456789abcdef0123456789abcdef',
  issuer: spEntityId,
  destination,
  acsUrl,
  issuedAt: clock,
  forceAuthn: false,
}
const xml = mintAuthnRequest(input)
const signingKey = privateKeyOf('sp')
const certificate = certificateOf('sp')
const spMetadata = renderSpMetadata({
  entityId: spEntityId,
  acsUrl,
  sloUrl: 'https://sso.vestibule.example/api/logout/callback',
  signingCertificates: [certificate],
  encryptionCertificates: [certificate],
  nameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress',
})

samlify.setSchemaValidator({ validate: async () => 'trusted template' })
const samlifyIdp = (more: object = {}) =>
  samlify.IdentityProvider({
    entityID: idpEntityId,
    signingCert: pemOf('idp', 'crt'),
    privateKey: pemOf('idp', 'key'),
    wantAuthnRequestsSigned: true,
    requestSignatureAlgorithm: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    nameIDFormat: ['urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'],
    singleSignOnService: [
      { Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect', Location: destination },
      { Binding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST', Location: destination },
    ],
    ...more,
  })
const samlifySp = (metadata = spMetadata) => samlify.ServiceProvider({ metadata })

describe('a login request', () => {
  test('says who asks, where the answer goes, and nothing about how to authenticate', () => {
    const root = parseXml(xml)
    expect(Object.fromEntries(root.attributes.map(({ name, value }) => [name, value]))).toEqual({
      ID: input.id,
      Version: '2.0',
      IssueInstant: '2027-01-15T12:00:00.000Z',
      Destination: destination,
      ProtocolBinding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
      AssertionConsumerServiceURL: acsUrl,
    })
    expect(xml).not.toContain('RequestedAuthnContext')
    expect(xml).toContain('<samlp:NameIDPolicy AllowCreate="true"/>')
  })

  test('asks for a fresh login and a name identifier format only when told', () => {
    const told = mintAuthnRequest({ ...input, forceAuthn: true, identifierFormat: 'urn:x' })
    expect(told).toContain(' ForceAuthn="true"')
    expect(told).toContain('<samlp:NameIDPolicy Format="urn:x" AllowCreate="true"/>')
  })

  test('carries any text without letting it become markup', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'<>&"\'\t\n\r aé𝄞/'), maxLength: 20 }), (text) => {
        const root = parseXml(
          mintAuthnRequest({
            ...input,
            issuer: text,
            destination: text,
            acsUrl: text,
            identifierFormat: text,
          }),
        )
        expect(attributeOf(root, 'Destination')).toBe(text)
        const [issuer, policy] = root.children
        expect(typeof issuer === 'object' && textOf(issuer)).toBe(text)
        expect(typeof policy === 'object' && attributeOf(policy, 'Format')).toBe(text)
      }),
    )
  })

  test.each(['', '1abc', 'a b', 'a"b', '#x'])('refuses the id %j', (id) => {
    expect(() => mintAuthnRequest({ ...input, id })).toThrow(TypeError)
  })
})

describe('by redirect', () => {
  const url = sendByRedirect({ xml, destination, relayState: 'relay /&=+é', signingKey })
  const query = url.slice(url.indexOf('&SAMLRequest') + 1)

  test('keeps the query of the destination, and signs the encoded query as it stands', () => {
    expect(url.startsWith(`${destination}&SAMLRequest=`)).toBe(true)
    const [signed, signature] = query.split('&Signature=')
    const bytes = Buffer.from(decodeURIComponent(signature!), 'base64')
    expect(verify('sha256', Buffer.from(signed!), pemOf('sp', 'crt'), bytes)).toBe(true)
    const parameters = new URLSearchParams(query)
    expect([...parameters.keys()]).toEqual(['SAMLRequest', 'RelayState', 'SigAlg', 'Signature'])
    expect(parameters.get('RelayState')).toBe('relay /&=+é')
    expect(inflateRawSync(Buffer.from(parameters.get('SAMLRequest')!, 'base64')).toString()).toBe(xml)
  })

  test.each([
    ['https://idp.acme.example/sso', 'https://idp.acme.example/sso?SAMLRequest='],
    ['https://idp.acme.example/sso?', 'https://idp.acme.example/sso?SAMLRequest='],
    ['https://idp.acme.example/sso?a=1&', 'https://idp.acme.example/sso?a=1&SAMLRequest='],
    ['https://idp.acme.example/sso#top', 'https://idp.acme.example/sso?SAMLRequest='],
  ])('to %s', (to, start) => {
    expect(sendByRedirect({ xml, destination: to, relayState: '', signingKey }).startsWith(start)).toBe(true)
  })

  test('leaves out an empty relay state', () => {
    expect(sendByRedirect({ xml, destination, relayState: '', signingKey })).not.toContain('RelayState')
  })

  test('samlify as an identity provider accepts it, and refuses it when one character changes', async () => {
    const parse = (of: string) => {
      const parameters = new URLSearchParams(of)
      return samlifyIdp().parseLoginRequest(samlifySp(), 'redirect', {
        query: Object.fromEntries(parameters),
        octetString: of.split('&Signature=')[0]!,
      } as never)
    }
    const { extract } = await parse(query)
    expect(extract).toMatchObject({ issuer: spEntityId, request: { id: input.id, destination } })
    await expect(parse(query.replace('RelayState=r', 'RelayState=R'))).rejects.toThrow()
  })
})

describe('by POST', () => {
  const { url, fields } = sendByPost({ xml, destination, relayState: 'relay', signingKey, certificate })
  const signed = Buffer.from(fields.SAMLRequest, 'base64').toString()

  test('goes to the destination with both fields, the signature after the Issuer', () => {
    expect([url, fields.RelayState]).toEqual([destination, 'relay'])
    expect(signed).toContain('</saml:Issuer><ds:Signature ')
    expect(signed).toContain(certificate)
  })

  test('xml-crypto verifies the signature, whatever the values in it', () => {
    const value = fc.string({ unit: fc.constantFrom(...'<>&"\'\t\n\r aé/'), maxLength: 20 })
    fc.assert(
      fc.property(value, value, (issuer, to) => {
        const request = mintAuthnRequest({ ...input, issuer, destination: to })
        const posted = sendByPost({ xml: request, destination, relayState: '', signingKey, certificate })
        const document = Buffer.from(posted.fields.SAMLRequest, 'base64').toString()
        const root = new DOMParser().parseFromString(document, 'text/xml')
        const checker = new SignedXml({ publicCert: pemOf('sp', 'crt') })
        checker.loadSignature(
          root.getElementsByTagNameNS('http://www.w3.org/2000/09/xmldsig#', 'Signature')[0] as never,
        )
        expect(checker.checkSignature(document)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  test('samlify as an identity provider accepts it', async () => {
    const { extract } = await samlifyIdp().parseLoginRequest(samlifySp(), 'post', {
      body: { SAMLRequest: fields.SAMLRequest },
    })
    expect(extract).toMatchObject({ issuer: spEntityId, request: { id: input.id } })
  })
})

describe('our metadata', () => {
  test('holds all certificates, the ACS address and the logout address', () => {
    const [role] = childrenOf(parseXml(spMetadata), metadataNamespace, 'SPSSODescriptor')
    const uses = childrenOf(role!, metadataNamespace, 'KeyDescriptor').map((one) => attributeOf(one, 'use'))
    expect(uses).toEqual(['signing', 'encryption'])
    const [consumer] = childrenOf(role!, metadataNamespace, 'AssertionConsumerService')
    expect(attributeOf(consumer!, 'Location')).toBe(acsUrl)
    expect(childrenOf(role!, metadataNamespace, 'SingleLogoutService')).toHaveLength(2)
    expect(samlifySp().entityMeta.getEntityID()).toBe(spEntityId)
  })

  test('leaves out what there is not, and escapes what there is', () => {
    const small = renderSpMetadata({
      entityId: 'https://a.example/?x=1&y="<2>"',
      acsUrl,
      signingCertificates: [],
      encryptionCertificates: [],
    })
    const root = parseXml(small)
    expect(attributeOf(root, 'entityID')).toBe('https://a.example/?x=1&y="<2>"')
    expect(small).not.toMatch(/SingleLogoutService|NameIDFormat|KeyDescriptor/)
  })
})

describe('samlify as an identity provider', () => {
  beforeEach(() => vi.useFakeTimers({ now: clock, toFake: ['Date'] }))
  afterEach(() => vi.useRealTimers())

  test('gives metadata that we read', () => {
    expect(parseIdpMetadata(samlifyIdp().getMetadata())).toMatchObject({
      entityId: idpEntityId,
      ssoRedirectUrl: destination,
      ssoPostUrl: destination,
      certificates: [certificateOf('idp')],
      wantAuthnRequestsSigned: true,
    })
  })

  test.each([
    ['a signed assertion', {}, false],
    [
      'a signed assertion, encrypted',
      {
        isAssertionEncrypted: true,
        dataEncryptionAlgorithm: cipher.aes256gcm,
        keyEncryptionAlgorithm: cipher.oaepMgf1p,
      },
      false,
    ],
    [
      'a signed assertion, encrypted, in a signed response',
      {
        isAssertionEncrypted: true,
        dataEncryptionAlgorithm: cipher.aes128gcm,
        keyEncryptionAlgorithm: cipher.oaepMgf1p,
      },
      true,
    ],
  ])('gives %s that we accept', async (_what, settings, messageSigned) => {
    const provider = samlifyIdp(settings)
    const consumer = samlify.ServiceProvider({ metadata: spMetadata, wantMessageSigned: messageSigned })
    const { context } = await provider.createLoginResponse(
      consumer,
      {} as never,
      'post',
      {} as never,
      {
        customTagReplacement: () => ({ id: '_response-0001', context: buildResponse() }),
        encryptThenSign: messageSigned,
      } as never,
    )
    const verdict = verifyResponse(context, defaultExpectation())
    expect(verdict.ok ? verdict.assertion.nameId?.value : verdict).toBe('engineer@acme.example')
    expect(verdict.checks.find(({ name }) => name === 'Signature of the response')?.received).toBe(
      messageSigned ? 'rsa-sha256' : 'not signed',
    )
  })
})
