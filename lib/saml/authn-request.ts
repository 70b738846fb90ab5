import { checkMessageId, escapeXml, writeAttributes } from './write-xml.ts'
import { protocolNamespace, samlNamespace } from './xml-tree.ts'

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
  checkMessageId(input.id)
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
