import { createHash, type KeyObject, sign } from 'node:crypto'
import { element } from './canonical-xml.ts'
import { ds, excC14n } from './namespaces.ts'

/** A private RSA key and the certificate (base64 DER) that KeyInfo shows for it. */
export type Signer = { key: KeyObject; certificate: string }

/** `sha1` exists to be refused. */
export type SignatureHash = 'sha256' | 'sha1'

/**
 * A Response or Assertion in two halves, because the schema puts the signature between them:
 * `issuer` is the first child, `rest` all others. `open` is the start tag, `close` the end tag.
 * All four are canonical XML.
 */
export type SignableElement = { id: string; open: string; issuer: string; rest: string; close: string }

/** The element as text, unsigned. */
export function writeUnsigned(target: SignableElement): string {
  return target.open + target.issuer + target.rest + target.close
}

/**
 * The element with an enveloped signature after its issuer (SAML core §5.4): one reference to the element's ID,
 * transforms enveloped-signature and exclusive canonicalization.
 */
export function writeSigned(target: SignableElement, signer: Signer, hash: SignatureHash): string {
  const digest = createHash(hash).update(writeUnsigned(target), 'utf8').digest('base64')
  const content = signedInfoContent(target.id, digest, hash)
  // SignedInfo is hashed as the root of its own canonical form, so there it declares its prefix itself.
  const hashed = element('ds:SignedInfo', { 'xmlns:ds': ds }, content)
  const value = sign(hash, Buffer.from(hashed, 'utf8'), signer.key).toString('base64')
  const signature = element(
    'ds:Signature',
    { 'xmlns:ds': ds },
    element('ds:SignedInfo', {}, content) +
      element('ds:SignatureValue', {}, value) +
      element(
        'ds:KeyInfo',
        {},
        element('ds:X509Data', {}, element('ds:X509Certificate', {}, signer.certificate)),
      ),
  )
  return target.open + target.issuer + signature + target.rest + target.close
}

function signedInfoContent(id: string, digest: string, hash: SignatureHash): string {
  const names = algorithms[hash]
  const transforms =
    element('ds:Transform', { Algorithm: `${ds}enveloped-signature` }) +
    element('ds:Transform', { Algorithm: excC14n })
  return (
    element('ds:CanonicalizationMethod', { Algorithm: excC14n }) +
    element('ds:SignatureMethod', { Algorithm: names.signature }) +
    element(
      'ds:Reference',
      { URI: `#${id}` },
      element('ds:Transforms', {}, transforms) +
        element('ds:DigestMethod', { Algorithm: names.digest }) +
        element('ds:DigestValue', {}, digest),
    )
  )
}

const algorithms: Record<SignatureHash, { signature: string; digest: string }> = {
  sha256: {
    signature: 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256',
    digest: 'http://www.w3.org/2001/04/xmlenc#sha256',
  },
  sha1: { signature: `${ds}rsa-sha1`, digest: `${ds}sha1` },
}
