import type { KeyObject } from 'node:crypto'
import { createHash, sign } from 'node:crypto'
import { canonicalize } from './canonicalize.ts'
import { parseXml } from './xml.ts'
import { attributeOf, isElement, samlNamespace, signatureNamespace } from './xml-tree.ts'

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'

/**
 * Signs the root element of a SAML message of ours: RSA-SHA256, SHA-256, exclusive canonicalization,
 * the signature right after the root's Issuer (SAML core §5.4). `certificate` is base64 DER, put into KeyInfo.
 * The root must hold an ID and a saml:Issuer written without a comment; throws when it does not.
 */
export function signEnveloped(xml: string, signingKey: KeyObject, certificate: string): string {
  const root = parseXml(xml)
  const issuer = root.children.find((one) => isElement(one, samlNamespace, 'Issuer'))
  const id = attributeOf(root, 'ID')
  if (typeof issuer !== 'object' || !id) throw new TypeError('signEnveloped: a message without ID or Issuer')
  const digest = createHash('sha256').update(canonicalize(root), 'utf8').digest('base64')
  const signedInfo = writeSignedInfo(id, digest)
  const value = sign('sha256', Buffer.from(canonicalize(parseXml(signedInfo))), signingKey).toString('base64')
  const signature = `<ds:Signature xmlns:ds="${signatureNamespace}">${signedInfo}<ds:SignatureValue>${value}</ds:SignatureValue><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>`
  const end = `</${issuer.name}>`
  const after = xml.indexOf(end) + end.length
  return xml.slice(0, after) + signature + xml.slice(after)
}

function writeSignedInfo(id: string, digest: string): string {
  return `<ds:SignedInfo xmlns:ds="${signatureNamespace}"><ds:CanonicalizationMethod Algorithm="${exclusive}"/><ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/><ds:Reference URI="#${id}"><ds:Transforms><ds:Transform Algorithm="${signatureNamespace}enveloped-signature"/><ds:Transform Algorithm="${exclusive}"/></ds:Transforms><ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue>${digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>`
}
