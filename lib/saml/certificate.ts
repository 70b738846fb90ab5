import type { KeyObject } from 'node:crypto'
import { X509Certificate } from 'node:crypto'
import { VestibuleError } from '#lib/base/errors.ts'
import { decodeBase64 } from './xml.ts'

/** A certificate taken apart. Fingerprints are lowercase hex over the DER bytes. */
export type CertificateFacts = {
  /** Distinguished name in one line, such as `CN=idp.acme.example, O=Acme`. */
  subject: string
  issuer: string
  notBefore: Date
  notAfter: Date
  sha256Fingerprint: string
  sha1Thumbprint: string
  /** Such as `RSA 2048` or `EC P-256`. */
  keyType: string
}

/** A certificate whose public key can check a SAML signature. */
export type TrustedCertificate = CertificateFacts & { base64: string; publicKey: KeyObject }

/** Reads a certificate from base64 of its DER bytes. Throws VestibuleError `validation_failed` when it is none. */
export function describeCertificate(base64Der: string): CertificateFacts {
  const certificate = parseCertificate(base64Der)
  if (!certificate) throw new VestibuleError('validation_failed', 'The certificate cannot be read.')
  const { base64: _base64, publicKey: _publicKey, ...facts } = certificate
  return facts
}

const parsed = new Map<string, TrustedCertificate>()
const parsedLimit = 2000

/**
 * A certificate an admin gave us, ready for use, or null. Remembered by its text, because parsing costs more than checking
 * a signature; so never call it with one that came in a message, or anyone could fill the memory.
 */
export function readTrustedCertificate(base64Der: string): TrustedCertificate | null {
  const known = parsed.get(base64Der)
  if (known) return known
  const certificate = parseCertificate(base64Der)
  if (!certificate) return null
  if (parsed.size >= parsedLimit) parsed.clear()
  parsed.set(base64Der, certificate)
  return certificate
}

/** Reads a certificate and forgets it; null when it is none. */
export function parseCertificate(base64Der: string): TrustedCertificate | null {
  const der = decodeBase64(base64Der)
  if (!der) return null
  try {
    const x509 = new X509Certificate(der)
    // X509Certificate also reads PEM, and DER with bytes behind it; what we keep is the certificate itself.
    if (!x509.raw.equals(der)) return null
    return {
      base64: base64Der,
      publicKey: x509.publicKey,
      subject: oneLine(x509.subject),
      issuer: oneLine(x509.issuer),
      notBefore: new Date(x509.validFrom),
      notAfter: new Date(x509.validTo),
      sha256Fingerprint: plainHex(x509.fingerprint256),
      sha1Thumbprint: plainHex(x509.fingerprint),
      keyType: describeKey(x509.publicKey),
    }
  } catch {
    return null
  }
}

const oneLine = (name: string | undefined) => (name ?? '').split('\n').filter(Boolean).join(', ')
const plainHex = (fingerprint: string) => fingerprint.replaceAll(':', '').toLowerCase()
const curves: Record<string, string> = { prime256v1: 'P-256', secp384r1: 'P-384', secp521r1: 'P-521' }

function describeKey(key: KeyObject): string {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {}
  if (key.asymmetricKeyType === 'rsa') return `RSA ${modulusLength}`
  if (key.asymmetricKeyType === 'ec') return `EC ${curves[namedCurve ?? ''] ?? namedCurve}`
  return (key.asymmetricKeyType ?? 'unknown').toUpperCase()
}
