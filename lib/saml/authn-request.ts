import type { KeyObject } from 'node:crypto'
import { sign } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { signEnveloped } from './sign-enveloped.ts'
import { escapeXml, writeAttributes } from './write-xml.ts'
import { protocolNamespace, samlNamespace } from './xml-tree.ts'

const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'

/**
 * The XML of a login request (SAML core §3.4.1), answered by HTTP-POST at `acsUrl`. `id` must be an unguessable NCName
 * (at least 128 random bits, starting with a letter or `_`). Asks for no particular way of authentication.
 */
export function mintAuthnRequest(input: {
  id: string
  issuer: string
  destination: string
  acsUrl: string
  issuedAt: Date
  forceAuthn: boolean
  identifierFormat?: string
}): string {
  if (!/^[A-Za-z_][\w.-]*$/.test(input.id)) throw new TypeError('mintAuthnRequest: id is no NCName')
  const attributes = writeAttributes({
    ID: input.id,
    Version: '2.0',
    IssueInstant: input.issuedAt.toISOString(),
    Destination: input.destination,
    ForceAuthn: input.forceAuthn ? 'true' : undefined,
    ProtocolBinding: 'urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST',
    AssertionConsumerServiceURL: input.acsUrl,
  })
  const policy = writeAttributes({ Format: input.identifierFormat, AllowCreate: 'true' })
  return `<samlp:AuthnRequest xmlns:samlp="${protocolNamespace}" xmlns:saml="${samlNamespace}"${attributes}><saml:Issuer>${escapeXml(input.issuer)}</saml:Issuer><samlp:NameIDPolicy${policy}/></samlp:AuthnRequest>`
}

/**
 * The address that sends a request by HTTP-Redirect (SAML bindings §3.4.4.1): deflated, and signed over the encoded
 * query. `signingKey` is an RSA private key. A query `destination` has of its own is kept; a fragment is dropped.
 */
export function sendByRedirect(input: {
  xml: string
  destination: string
  relayState: string
  signingKey: KeyObject
}): string {
  const request = deflateRawSync(Buffer.from(input.xml, 'utf8')).toString('base64')
  const parts = [`SAMLRequest=${encodeURIComponent(request)}`]
  if (input.relayState !== '') parts.push(`RelayState=${encodeURIComponent(input.relayState)}`)
  parts.push(`SigAlg=${encodeURIComponent(rsaSha256)}`)
  const signed = parts.join('&')
  const signature = sign('sha256', Buffer.from(signed), input.signingKey).toString('base64')
  const [address] = input.destination.split('#')
  const joint = !address!.includes('?') ? '?' : /[?&]$/.test(address!) ? '' : '&'
  return `${address}${joint}${signed}&Signature=${encodeURIComponent(signature)}`
}

/** Address and fields of the form that sends a request by HTTP-POST (SAML bindings §3.5), signed inside the XML. */
export function sendByPost(input: {
  xml: string
  destination: string
  relayState: string
  signingKey: KeyObject
  certificate: string
}): { url: string; fields: { SAMLRequest: string; RelayState: string } } {
  const signed = signEnveloped(input.xml, input.signingKey, input.certificate)
  return {
    url: input.destination,
    fields: { SAMLRequest: Buffer.from(signed, 'utf8').toString('base64'), RelayState: input.relayState },
  }
}
