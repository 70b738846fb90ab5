import { createSign } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import type { LogoutExpectation } from '../logout-reading.ts'
import type { SigningChoices } from './build-response.ts'
import {
  algorithm,
  certificateOf,
  clock,
  idpEntityId,
  type KeyName,
  pemOf,
  privateKeyOf,
  secondsLater,
  signXml,
  statusOf,
} from './build-response.ts'

// Logout messages as other software writes and signs them: templates, xml-crypto and OpenSSL, nothing of lib/saml.

export const logoutUrl = 'https://sso.vestibule.example/api/logout/callback'
export const logoutRequestId = '_logout-7d1c5b3a918273645546372819aabbcc'

/** What the messages are made for unless the manifest says otherwise. `requestId` is that of a LogoutResponse. */
export const defaultLogoutExpectation = (): LogoutExpectation & { requestId: string } => ({
  idpEntityId,
  certificates: [certificateOf('idp')],
  logoutUrls: [logoutUrl, `${logoutUrl}/clientid0000000000000`],
  requestId: logoutRequestId,
  now: clock,
  decryptionKeys: [privateKeyOf('sp')],
  allowLegacyEncryption: false,
})

/** Every piece can be replaced; `null` leaves it out. */
export type LogoutParts = {
  id: string
  version: string
  issueInstant: string
  destination: string | null
  issuer: string | null
  extensions: string
  notOnOrAfter: string | null
  nameId: string
  sessionIndexes: string
  inResponseTo: string | null
  status: string
}

const defaults = (): LogoutParts => ({
  id: '_logout-0001',
  version: '2.0',
  issueInstant: secondsLater(-2),
  destination: logoutUrl,
  issuer: idpEntityId,
  extensions: '',
  notOnOrAfter: null,
  nameId:
    '<saml:NameID Format="urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress">engineer@acme.example</saml:NameID>',
  sessionIndexes: '<samlp:SessionIndex>_session-1</samlp:SessionIndex>',
  inResponseTo: logoutRequestId,
  status: statusOf('Success'),
})

const optional = (name: string, value: string | null) => (value === null ? '' : ` ${name}="${value}"`)

/** A request of the identity provider, unsigned. */
export function buildLogoutRequest(changes: Partial<LogoutParts> = {}): string {
  const it = { ...defaults(), ...changes }
  return build('LogoutRequest', it, optional('NotOnOrAfter', it.notOnOrAfter), `${it.nameId}${it.sessionIndexes}`)
}

/** Its answer to a request of ours, unsigned. */
export function buildLogoutResponse(changes: Partial<LogoutParts> = {}): string {
  const it = { ...defaults(), ...changes }
  return build('LogoutResponse', it, optional('InResponseTo', it.inResponseTo), it.status)
}

function build(name: string, it: LogoutParts, more: string, content: string): string {
  const issuer = it.issuer === null ? '' : `<saml:Issuer>${it.issuer}</saml:Issuer>`
  return `<samlp:${name} xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ID="${it.id}" Version="${it.version}" IssueInstant="${it.issueInstant}"${optional('Destination', it.destination)}${more}>${issuer}${it.extensions}${content}</samlp:${name}>`
}

export const signRequest = (xml: string, choices?: SigningChoices) => signXml(xml, 'LogoutRequest', choices)
export const signResponse = (xml: string, choices?: SigningChoices) => signXml(xml, 'LogoutResponse', choices)

export type QueryChoices = {
  field?: string
  relayState?: string | null
  key?: KeyName
  signatureAlgorithm?: string
  hash?: string
  /** How a value is written. */
  encode?: (value: string) => string
  /** What stands in the query for the message, when it is not its deflated text in base64. */
  message?: string
}

/** The query of a redirect, with its signature (SAML bindings §3.4.4.1). */
export function signQuery(xml: string, choices: QueryChoices = {}): string {
  const { encode = encodeURIComponent, relayState = 'relay-1', key = 'idp' } = choices
  const message = choices.message ?? deflateRawSync(Buffer.from(xml)).toString('base64')
  const parts = [`${choices.field ?? 'SAMLRequest'}=${encode(message)}`]
  if (relayState !== null) parts.push(`RelayState=${encode(relayState)}`)
  parts.push(`SigAlg=${encode(choices.signatureAlgorithm ?? algorithm.rsaSha256)}`)
  const signed = parts.join('&')
  const signature = createSign(choices.hash ?? 'sha256')
    .update(signed)
    .sign({ key: pemOf(key, 'key'), dsaEncoding: 'ieee-p1363' }, 'base64')
  return `${signed}&Signature=${encode(signature)}`
}
