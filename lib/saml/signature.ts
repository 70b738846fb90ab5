import { createHash, verify } from 'node:crypto'
import { canonicalize } from './canonicalize.ts'
import type { SamlCause } from './causes.ts'
import { SamlRefusal } from './causes.ts'
import type { TrustedCertificate } from './certificate.ts'
import { parseCertificate } from './certificate.ts'
import { decodeBase64 } from './xml.ts'
import type { XmlElement } from './xml-tree.ts'
import {
  attributeOf,
  descendantsOf,
  elementsOf,
  hasOnlyElements,
  isElement,
  signatureNamespace,
  textOf,
} from './xml-tree.ts'

/** What a signature says about itself, in the one form SAML allows (core §5.4). */
type SignatureParts = {
  signedInfo: XmlElement
  signedInfoPrefixes: string[]
  algorithm: string
  value: Buffer
  uri: string
  contentPrefixes: string[]
  digestAlgorithm: string
  digest: Buffer
  /** From KeyInfo. Never trusted: only to say which certificate we do not know. */
  claimedCertificate?: string
}

const exclusive = 'http://www.w3.org/2001/10/xml-exc-c14n#'
const enveloped = 'http://www.w3.org/2000/09/xmldsig#enveloped-signature'
const more = 'http://www.w3.org/2001/04/xmldsig-more#'
const xmlenc = 'http://www.w3.org/2001/04/xmlenc#'

const signatureAlgorithms: ReadonlyMap<string, { keyType: 'rsa' | 'ec'; hash: string }> = new Map([
  [`${more}rsa-sha256`, { keyType: 'rsa', hash: 'sha256' }],
  [`${more}rsa-sha384`, { keyType: 'rsa', hash: 'sha384' }],
  [`${more}rsa-sha512`, { keyType: 'rsa', hash: 'sha512' }],
  [`${more}ecdsa-sha256`, { keyType: 'ec', hash: 'sha256' }],
  [`${more}ecdsa-sha384`, { keyType: 'ec', hash: 'sha384' }],
  [`${more}ecdsa-sha512`, { keyType: 'ec', hash: 'sha512' }],
])
const digestAlgorithms: ReadonlyMap<string, string> = new Map([
  [`${xmlenc}sha256`, 'sha256'],
  [`${more}sha384`, 'sha384'],
  [`${xmlenc}sha512`, 'sha512'],
])

/**
 * Checks the enveloped signature `signature` over its parent element and returns the certificate that made it.
 * The parent is exactly what the signature covers (XML Signature 1.1 §3.2, SAML core §5.4). Throws SamlRefusal.
 */
export function checkSignature(
  signature: XmlElement,
  certificates: readonly TrustedCertificate[],
): { certificate: TrustedCertificate; algorithm: string } {
  const parts = readSignature(signature)
  const covered = signature.parent!
  checkReference(parts.uri, covered)
  const signed = Buffer.from(canonicalize(parts.signedInfo, { inclusivePrefixes: parts.signedInfoPrefixes }))
  const certificate = certificates.find((one) => fits(parts, signed, one))
  if (!certificate) throw unknownSigner(parts, certificates)
  const content = canonicalize(covered, { inclusivePrefixes: parts.contentPrefixes, without: signature })
  const digest = createHash(digestAlgorithms.get(parts.digestAlgorithm)!).update(content, 'utf8').digest()
  if (!digest.equals(parts.digest)) throw new SamlRefusal('saml_content_altered')
  return { certificate, algorithm: shortName(parts.algorithm) }
}

/**
 * Checks a signature that stands beside the bytes it covers, as in the query of a redirect (SAML bindings §3.4.4.1), and
 * returns the certificate that made it. `algorithm` is the URI the sender named. Throws SamlRefusal.
 */
export function checkDetachedSignature(
  { signed, algorithm, value }: { signed: Buffer; algorithm: string; value: Buffer },
  certificates: readonly TrustedCertificate[],
): { certificate: TrustedCertificate; algorithm: string } {
  checkAlgorithm(algorithm, signatureAlgorithms)
  const certificate = certificates.find((one) => fits({ algorithm, value }, signed, one))
  if (!certificate) throw new SamlRefusal('saml_signature_invalid')
  return { certificate, algorithm: shortName(algorithm) }
}

/** The reference names the element the signature stands in, by its ID; the empty one means the whole document. */
function checkReference(uri: string, covered: XmlElement): void {
  const id = attributeOf(covered, 'ID')
  const whole = uri === '' && covered.parent === null
  if (!whole && (id === undefined || id === '' || uri !== `#${id}`))
    throw new SamlRefusal('saml_signature_wrapped', { expected: `#${id ?? ''}`, received: uri })
}

function fits(
  parts: Pick<SignatureParts, 'algorithm' | 'value'>,
  signed: Buffer,
  { publicKey }: TrustedCertificate,
): boolean {
  const algorithm = signatureAlgorithms.get(parts.algorithm)!
  if (publicKey.asymmetricKeyType !== algorithm.keyType) return false
  try {
    // dsaEncoding concerns EC alone: XML Signature writes r and s side by side.
    return verify(algorithm.hash, signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, parts.value)
  } catch {
    return false
  }
}

function unknownSigner(parts: SignatureParts, certificates: readonly TrustedCertificate[]): SamlRefusal {
  const claimed = parts.claimedCertificate ? parseCertificate(parts.claimedCertificate) : null
  if (!claimed || certificates.some((one) => one.sha256Fingerprint === claimed.sha256Fingerprint))
    return new SamlRefusal('saml_signature_invalid')
  return new SamlRefusal('saml_unknown_certificate', {
    expected: certificates.map(nameOf).join(' or '),
    received: nameOf(claimed),
  })
}

/** A certificate as a trace names it. */
function nameOf({ subject, sha256Fingerprint }: TrustedCertificate): string {
  return `${subject}, SHA-256 ${sha256Fingerprint.slice(0, 16)}…`
}

function readSignature(signature: XmlElement): SignatureParts {
  const [signedInfo, signatureValue, keyInfo, ...others] = elementsOf(signature)
  if (!signedInfo || !isElement(signedInfo, signatureNamespace, 'SignedInfo')) malformed('SignedInfo missing')
  if (!signatureValue || !isElement(signatureValue, signatureNamespace, 'SignatureValue'))
    malformed('SignatureValue missing')
  if (keyInfo && !isElement(keyInfo, signatureNamespace, 'KeyInfo')) malformed('KeyInfo expected')
  if (others.length > 0 || !hasOnlyElements(signature)) malformed('something after KeyInfo')
  const [method, algorithm, reference, ...more] = elementsOf(signedInfo)
  if (!method || !isElement(method, signatureNamespace, 'CanonicalizationMethod'))
    malformed('no canonicalization')
  if (!algorithm || !isElement(algorithm, signatureNamespace, 'SignatureMethod'))
    malformed('no signature method')
  if (!reference || !isElement(reference, signatureNamespace, 'Reference')) malformed('no reference')
  if (more.length > 0) malformed('several references')
  if (!hasOnlyElements(signedInfo)) malformed('text in SignedInfo')
  checkAlgorithm(attributeOf(algorithm, 'Algorithm'), signatureAlgorithms)
  if (elementsOf(algorithm).length > 0) malformed('SignatureMethod with parameters')
  return {
    signedInfo,
    signedInfoPrefixes: readCanonicalization(method, 'saml_forbidden_canonicalization'),
    algorithm: attributeOf(algorithm, 'Algorithm')!,
    value: readBytes(signatureValue),
    ...readReference(reference),
    claimedCertificate: keyInfo && readClaimedCertificate(keyInfo),
  }
}

function readReference(reference: XmlElement) {
  const [transforms, method, value, ...others] = elementsOf(reference)
  if (!transforms || !isElement(transforms, signatureNamespace, 'Transforms')) malformed('no transforms')
  if (!method || !isElement(method, signatureNamespace, 'DigestMethod')) malformed('no digest method')
  if (!value || !isElement(value, signatureNamespace, 'DigestValue')) malformed('no digest')
  if (others.length > 0 || !hasOnlyElements(reference)) malformed('something after DigestValue')
  const uri = attributeOf(reference, 'URI')
  if (uri === undefined) malformed('reference without URI')
  const contentPrefixes = readTransforms(transforms)
  const digestAlgorithm = attributeOf(method, 'Algorithm')
  checkAlgorithm(digestAlgorithm, digestAlgorithms)
  return { uri, contentPrefixes, digestAlgorithm, digest: readBytes(value) }
}

/** Enveloped signature, then exclusive canonicalization, and nothing else (SAML core §5.4.4). */
function readTransforms(transforms: XmlElement): string[] {
  const all = elementsOf(transforms)
  if (all.some((one) => !isElement(one, signatureNamespace, 'Transform'))) malformed('Transforms')
  for (const one of all) {
    const algorithm = attributeOf(one, 'Algorithm') ?? ''
    if (isInclusive(algorithm))
      throw new SamlRefusal('saml_forbidden_canonicalization', { received: algorithm })
    if (algorithm !== enveloped && !isExclusive(algorithm))
      throw new SamlRefusal('saml_forbidden_transform', { received: algorithm })
  }
  const [first, second, ...others] = all
  if (!first || attributeOf(first, 'Algorithm') !== enveloped || others.length > 0)
    malformed('transforms other than enveloped signature, then exclusive canonicalization')
  // The enveloped-signature transform has no parameters; xml-crypto writes its PrefixList there as well, without effect.
  if (elementsOf(first).some((one) => one.localName !== 'InclusiveNamespaces'))
    malformed('transform with parameters')
  // Without a canonicalization the inclusive one would be meant (XML Signature 1.1 §4.4.3.2).
  if (!second) throw new SamlRefusal('saml_forbidden_canonicalization', { received: 'none named' })
  return readCanonicalization(second, 'saml_forbidden_transform')
}

/** The PrefixList of an exclusive canonicalization, '' standing for #default. */
function readCanonicalization(method: XmlElement, cause: SamlCause): string[] {
  const algorithm = attributeOf(method, 'Algorithm') ?? ''
  if (!isExclusive(algorithm)) throw new SamlRefusal(cause, { received: algorithm })
  const [parameter, ...others] = elementsOf(method)
  if (!parameter) return []
  if (others.length > 0 || !isElement(parameter, exclusive, 'InclusiveNamespaces'))
    malformed(parameter.localName)
  const prefixes = (attributeOf(parameter, 'PrefixList') ?? '').split(/[ \t\r\n]+/).filter(Boolean)
  if (prefixes.length > 32) malformed('PrefixList longer than 32')
  return prefixes.map((prefix) => (prefix === '#default' ? '' : prefix))
}

// "With comments" is the same where no comment can be.
const isExclusive = (algorithm: string) => algorithm === exclusive || algorithm === `${exclusive}WithComments`
const isInclusive = (algorithm: string) => /xml-c14n/.test(algorithm)

function checkAlgorithm(
  algorithm: string | undefined,
  allowed: ReadonlyMap<string, unknown>,
): asserts algorithm is string {
  if (algorithm !== undefined && allowed.has(algorithm)) return
  const weak = /(sha1|md5)$/.test(algorithm ?? '') && !/hmac/.test(algorithm ?? '')
  throw new SamlRefusal(weak ? 'saml_weak_algorithm' : 'saml_forbidden_algorithm', {
    received: shortName(algorithm ?? ''),
  })
}

const shortName = (algorithm: string) => algorithm.slice(algorithm.lastIndexOf('#') + 1)

function readBytes(element: XmlElement): Buffer {
  const bytes = decodeBase64(textOf(element) ?? '')
  return bytes && bytes.length > 0 ? bytes : malformed(`${element.localName} is not base64`)
}

function readClaimedCertificate(keyInfo: XmlElement): string | undefined {
  const found = descendantsOf(keyInfo).find((one) => isElement(one, signatureNamespace, 'X509Certificate'))
  return found && (textOf(found) ?? '').replace(/[ \t\r\n]+/g, '')
}

function malformed(received: string): never {
  throw new SamlRefusal('saml_signature_malformed', { received })
}
