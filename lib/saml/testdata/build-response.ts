import type { KeyObject } from 'node:crypto'
import { createPrivateKey, createSign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { SignedXml } from 'xml-crypto'
import type { Expectation } from '../verify-response.ts'

// Responses as other software writes and signs them: templates, xml-crypto and xml-encryption, nothing of lib/saml.

export const clock = new Date('2027-01-15T12:00:00.000Z')
export const idpEntityId = 'https://idp.acme.example/entity'
export const spEntityId = 'https://sso.vestibule.example/saml'
export const acsUrl = 'https://sso.vestibule.example/api/oauth/saml'
export const requestId = '_request-4f1d2c3b5a69788796a5b4c3d2e1f001'

export type KeyName = 'idp' | 'idp-second' | 'idp-expired' | 'idp-ec' | 'idp-p384' | 'idp-ed25519' | 'attacker' | 'sp' | 'other-sp'

export const pemOf = (name: KeyName, kind: 'key' | 'crt') =>
  readFileSync(new URL(`keys/${name}.${kind}.pem`, import.meta.url), 'utf8')
export const certificateOf = (name: KeyName) => pemOf(name, 'crt').replace(/-----[^-]+-----|\s/g, '')
export const privateKeyOf = (name: KeyName): KeyObject => createPrivateKey(pemOf(name, 'key'))

/** What the documents are made for unless the manifest says otherwise. */
export const defaultExpectation = (): Expectation => ({
  idpEntityId,
  certificates: [certificateOf('idp')],
  audiences: [spEntityId],
  acsUrls: [acsUrl],
  requestId,
  now: clock,
  decryptionKeys: [privateKeyOf('sp')],
  allowLegacyEncryption: false,
})

export const secondsLater = (seconds: number) => new Date(clock.getTime() + seconds * 1000).toISOString()

/** Every piece can be replaced; `null` leaves it out. */
export type ResponseParts = {
  responseId: string
  assertionId: string
  version: string
  assertionVersion: string
  issueInstant: string
  assertionIssueInstant: string
  destination: string | null
  inResponseTo: string | null
  issuer: string | null
  assertionIssuer: string | null
  status: string
  nameId: string
  confirmation: string
  method: string
  recipient: string | null
  confirmationNotBefore: string | null
  confirmationNotOnOrAfter: string | null
  confirmationInResponseTo: string | null
  conditions: string | null
  notBefore: string
  notOnOrAfter: string
  audienceRestriction: string
  authnStatement: string
  sessionNotOnOrAfter: string
  attributeStatement: string
  extensions: string
  namespaces: string
}

const optional = (name: string, value: string | null) => (value === null ? '' : ` ${name}="${value}"`)
export const attribute = (name: string, ...values: string[]) =>
  `<saml:Attribute Name="${name}" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:basic">${values
    .map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`)
    .join('')}</saml:Attribute>`
export const attributeStatement = (...attributes: string[]) =>
  `<saml:AttributeStatement>${attributes.join('')}</saml:AttributeStatement>`
export const audience = (...values: string[]) =>
  `<saml:AudienceRestriction>${values.map((value) => `<saml:Audience>${value}</saml:Audience>`).join('')}</saml:AudienceRestriction>`
export const statusOf = (top: string, second?: string, message?: string) =>
  `<samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${top}">${
    second ? `<samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:${second}"/>` : ''
  }</samlp:StatusCode>${message ? `<samlp:StatusMessage>${message}</samlp:StatusMessage>` : ''}</samlp:Status>`

const defaults = (): ResponseParts => ({
  responseId: '_response-0001',
  assertionId: '_assertion-0001',
  version: '2.0',
  assertionVersion: '2.0',
  issueInstant: secondsLater(-2),
  assertionIssueInstant: secondsLater(-2),
  destination: acsUrl,
  inResponseTo: requestId,
  issuer: idpEntityId,
  assertionIssuer: idpEntityId,
  status: statusOf('Success'),
  nameId:
    '<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">engineer@acme.example</saml:NameID>',
  confirmation: '',
  method: 'urn:oasis:names:tc:SAML:2.0:cm:bearer',
  recipient: acsUrl,
  confirmationNotBefore: null,
  confirmationNotOnOrAfter: secondsLater(300),
  confirmationInResponseTo: requestId,
  conditions: '',
  notBefore: secondsLater(-30),
  notOnOrAfter: secondsLater(300),
  audienceRestriction: audience(spEntityId),
  authnStatement: '',
  sessionNotOnOrAfter: secondsLater(8 * 3600),
  attributeStatement: attributeStatement(
    attribute('email', 'engineer@acme.example'),
    attribute('firstName', 'Engineer'),
    attribute('groups', 'engineering', 'on-call'),
  ),
  extensions: '',
  namespaces: '',
})

/** One response with one assertion, unsigned. */
export function buildResponse(changes: Partial<ResponseParts> = {}): string {
  const it = { ...defaults(), ...changes }
  const issuer = it.issuer === null ? '' : `<saml:Issuer>${it.issuer}</saml:Issuer>`
  return `<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"${it.namespaces} ID="${it.responseId}" Version="${it.version}" IssueInstant="${it.issueInstant}"${optional('Destination', it.destination)}${optional('InResponseTo', it.inResponseTo)}>${issuer}${it.extensions}${it.status}${buildAssertion(changes)}</samlp:Response>`
}

/** The assertion alone, with the namespaces it needs. */
export function buildAssertion(changes: Partial<ResponseParts> = {}): string {
  const it = { ...defaults(), ...changes }
  const issuer = it.assertionIssuer === null ? '' : `<saml:Issuer>${it.assertionIssuer}</saml:Issuer>`
  const confirmation =
    it.confirmation ||
    `<saml:SubjectConfirmation Method="${it.method}"><saml:SubjectConfirmationData${optional('InResponseTo', it.confirmationInResponseTo)}${optional('NotBefore', it.confirmationNotBefore)}${optional('NotOnOrAfter', it.confirmationNotOnOrAfter)}${optional('Recipient', it.recipient)}/></saml:SubjectConfirmation>`
  const conditions =
    it.conditions === null
      ? ''
      : it.conditions ||
        `<saml:Conditions NotBefore="${it.notBefore}" NotOnOrAfter="${it.notOnOrAfter}">${it.audienceRestriction}</saml:Conditions>`
  const authn =
    it.authnStatement ||
    `<saml:AuthnStatement AuthnInstant="${secondsLater(-60)}" SessionIndex="_session-0001" SessionNotOnOrAfter="${it.sessionNotOnOrAfter}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`
  return `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${it.assertionId}" Version="${it.assertionVersion}" IssueInstant="${it.assertionIssueInstant}">${issuer}<saml:Subject>${it.nameId}${confirmation}</saml:Subject>${conditions}${authn === 'none' ? '' : authn}${it.attributeStatement}</saml:Assertion>`
}

export const algorithm = {
  exclusive: 'http://www.w3.org/2001/10/xml-exc-c14n#',
  inclusive: 'http://www.w3.org/TR/2001/REC-xml-c14n-20010315',
  enveloped: 'http://www.w3.org/2000/09/xmldsig#enveloped-signature',
  rsaSha1: 'http://www.w3.org/2000/09/xmldsig#rsa-sha1',
  rsaSha256: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
  rsaSha384: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha384',
  rsaSha512: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha512',
  rsaMd5: 'http://www.w3.org/2001/04/xmldsig-more#rsa-md5',
  ecdsaSha256: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256',
  ecdsaSha384: 'http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384',
  hmacSha1: 'http://www.w3.org/2000/09/xmldsig#hmac-sha1',
  sha1: 'http://www.w3.org/2000/09/xmldsig#sha1',
  sha256: 'http://www.w3.org/2001/04/xmlenc#sha256',
  sha512: 'http://www.w3.org/2001/04/xmlenc#sha512',
} as const

export type SigningChoices = {
  key?: KeyName
  /** The certificate put into KeyInfo; null for no KeyInfo. */
  claim?: KeyName | null
  signatureAlgorithm?: string
  digestAlgorithm?: string
  canonicalization?: string
  transforms?: string[]
  prefixes?: string[]
  /** Elements by local name that are signed, each by a reference; the first is where the signature goes. */
  references?: string[]
  prefix?: string
  /** Refers to the whole document by an empty URI. */
  emptyReference?: boolean
}

/** Signs that element as xml-crypto does, the signature right after its Issuer. */
export function signXml(xml: string, element: 'Response' | 'Assertion' | 'LogoutRequest' | 'LogoutResponse', choices: SigningChoices = {}): string {
  const key = choices.key ?? 'idp'
  const claim = choices.claim === undefined ? key : choices.claim
  const signer = new SignedXml({
    privateKey: pemOf(key, 'key'),
    publicCert: claim === null ? undefined : pemOf(claim, 'crt'),
    signatureAlgorithm: choices.signatureAlgorithm ?? algorithm.rsaSha256,
    canonicalizationAlgorithm: choices.canonicalization ?? algorithm.exclusive,
    inclusiveNamespacesPrefixList: choices.prefixes ?? [],
    ...(claim === null ? { getKeyInfoContent: () => null } : {}),
  })
  for (const [name, hash] of Object.entries(extraAlgorithms))
    signer.SignatureAlgorithms[name] = signatureClass(name, hash) as never
  if (choices.signatureAlgorithm === algorithm.hmacSha1) {
    signer.enableHMAC()
    // The classical key confusion: the public certificate as the shared secret.
    signer.privateKey = pemOf('idp', 'crt')
  }
  for (const name of choices.references ?? [element])
    signer.addReference({
      xpath: `//*[local-name(.)='${name}']`,
      digestAlgorithm: choices.digestAlgorithm ?? algorithm.sha256,
      transforms: choices.transforms ?? [algorithm.enveloped, algorithm.exclusive],
      inclusiveNamespacesPrefixList: choices.prefixes ?? [],
      isEmptyUri: choices.emptyReference ?? false,
    })
  signer.computeSignature(xml, {
    prefix: choices.prefix ?? 'ds',
    location: {
      reference: `//*[local-name(.)='${element}']/*[local-name(.)='Issuer']`,
      action: 'after',
    },
  })
  return signer.getSignedXml()
}

/** Algorithms xml-crypto does not have, done by OpenSSL. */
const extraAlgorithms: Record<string, string> = {
  [algorithm.ecdsaSha256]: 'sha256',
  [algorithm.ecdsaSha384]: 'sha384',
  [algorithm.rsaSha384]: 'sha384',
  [algorithm.rsaMd5]: 'md5',
}

function signatureClass(name: string, hash: string) {
  return class {
    getSignature(signedInfo: string, key: string): string {
      return createSign(hash).update(signedInfo).sign({ key, dsaEncoding: 'ieee-p1363' }, 'base64')
    }
    getAlgorithmName(): string {
      return name
    }
  }
}

export type EncryptionChoices = {
  recipient?: KeyName
  cipher?: string
  keyTransport?: string
  keyDigest?: 'sha1' | 'sha256'
}

const require = createRequire(import.meta.url)
type Encrypt = (text: string, options: object, done: (error: Error | null, result: string) => void) => void
const { encrypt } = require('xml-encryption') as { encrypt: Encrypt }

export const cipher = {
  aes128gcm: 'http://www.w3.org/2009/xmlenc11#aes128-gcm',
  aes256gcm: 'http://www.w3.org/2009/xmlenc11#aes256-gcm',
  aes256cbc: 'http://www.w3.org/2001/04/xmlenc#aes256-cbc',
  tripleDes: 'http://www.w3.org/2001/04/xmlenc#tripledes-cbc',
  oaepMgf1p: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
  oaep11: 'http://www.w3.org/2009/xmlenc11#rsa-oaep',
  rsa15: 'http://www.w3.org/2001/04/xmlenc#rsa-1_5',
} as const

/** Replaces the assertion in a response by its encryption. */
export async function encryptAssertion(xml: string, choices: EncryptionChoices = {}): Promise<string> {
  const assertion = /<saml:Assertion[\s\S]*<\/saml:Assertion>/.exec(xml)![0]
  const data = await encryptData(assertion, choices)
  return xml.replace(assertion, () => `<saml:EncryptedAssertion>${data}</saml:EncryptedAssertion>`)
}

/** The EncryptedData of any text. */
export async function encryptData(text: string, choices: EncryptionChoices = {}): Promise<string> {
  const recipient = choices.recipient ?? 'sp'
  const transport = choices.keyTransport ?? cipher.oaepMgf1p
  const data = await new Promise<string>((resolve, reject) =>
    encrypt(
      text,
      {
        rsa_pub: createPrivateKey(pemOf(recipient, 'key')).export({ type: 'pkcs8', format: 'pem' }),
        pem: pemOf(recipient, 'crt'),
        encryptionAlgorithm: choices.cipher ?? cipher.aes256gcm,
        keyEncryptionAlgorithm: transport === cipher.oaep11 ? cipher.oaepMgf1p : transport,
        keyEncryptionDigest: choices.keyDigest ?? 'sha1',
        disallowEncryptionWithInsecureAlgorithm: false,
        warnInsecureAlgorithm: false,
      },
      (error, result) => (error ? reject(error) : resolve(result)),
    ),
  )
  if (transport !== cipher.oaep11) return data
  // xml-encryption encrypts by SHA-256 in both halves of OAEP, but can only name the older method.
  return data.replace(
    /<e:EncryptionMethod Algorithm="[^"]*rsa-oaep-mgf1p">[\s\S]*?<\/e:EncryptionMethod>/,
    `<e:EncryptionMethod Algorithm="${cipher.oaep11}"><DigestMethod xmlns="http://www.w3.org/2000/09/xmldsig#" Algorithm="${algorithm.sha256}"/><e11:MGF xmlns:e11="http://www.w3.org/2009/xmlenc11#" Algorithm="http://www.w3.org/2009/xmlenc11#mgf1sha256"/></e:EncryptionMethod>`,
  )
}
