import type { KeyObject } from 'node:crypto'
import { sign } from 'node:crypto'
import { deflateRawSync } from 'node:zlib'
import { signEnveloped } from './sign-enveloped.ts'

const rsaSha256 = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256'

/** The parameter a message travels in: requests and answers have one each (SAML bindings §3.4.3, §3.5.4). */
export type MessageField = 'SAMLRequest' | 'SAMLResponse'

/**
 * The address that sends a message by HTTP-Redirect (SAML bindings §3.4.4.1): deflated, and signed over the encoded
 * query. `signingKey` is an RSA private key. A query `destination` has of its own is kept; a fragment is dropped.
 */
export function sendByRedirect(input: {
  xml: string
  /** SAMLRequest when absent. */
  field?: MessageField
  destination: string
  relayState: string
  signingKey: KeyObject
}): string {
  const message = deflateRawSync(Buffer.from(input.xml, 'utf8')).toString('base64')
  const parts = [`${input.field ?? 'SAMLRequest'}=${encodeURIComponent(message)}`]
  if (input.relayState !== '') parts.push(`RelayState=${encodeURIComponent(input.relayState)}`)
  parts.push(`SigAlg=${encodeURIComponent(rsaSha256)}`)
  const signed = parts.join('&')
  const signature = sign('sha256', Buffer.from(signed), input.signingKey).toString('base64')
  const [address] = input.destination.split('#')
  const joint = !address!.includes('?') ? '?' : /[?&]$/.test(address!) ? '' : '&'
  return `${address}${joint}${signed}&Signature=${encodeURIComponent(signature)}`
}

/** Address and fields of the form that sends a message by HTTP-POST (SAML bindings §3.5), signed inside the XML. */
export function sendByPost<Field extends MessageField = 'SAMLRequest'>(input: {
  xml: string
  /** SAMLRequest when absent. */
  field?: Field
  destination: string
  relayState: string
  signingKey: KeyObject
  certificate: string
}): { url: string; fields: Record<Field | 'RelayState', string> } {
  const signed = signEnveloped(input.xml, input.signingKey, input.certificate)
  const message = Buffer.from(signed, 'utf8').toString('base64')
  const fields = { [input.field ?? 'SAMLRequest']: message, RelayState: input.relayState }
  return { url: input.destination, fields: fields as Record<Field | 'RelayState', string> }
}
