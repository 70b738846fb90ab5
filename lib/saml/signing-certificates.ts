import { parseCertificate } from './certificate.ts'

/** Certificates as base64 DER without white space, each once; or why there are none, as the end of a sentence. */
export type ReadCertificates = { ok: true; certificates: string[] } | { ok: false; reason: string }

/** Each is tried on each login. */
const limit = 20

/**
 * Reads signing certificates as admins keep them: one or more in PEM (RFC 7468 §5.1), whatever stands between them, or
 * the bare base64 of one, broken into lines or not. Their keys must be of RSA or of an elliptic curve.
 */
export function readSigningCertificates(text: string): ReadCertificates {
  // Text that went through one JSON too many has its line breaks written out.
  const lines = text.replace(/\\[rn]/g, '\n')
  const [, other] = /-----BEGIN ((?!CERTIFICATE-----)[A-Z0-9 ]+)-----/.exec(lines) ?? []
  if (other) return refuse(`must be a certificate, and holds ${named(other)}`)
  const inArmour = [...lines.matchAll(/-----BEGIN CERTIFICATE-----([\s\S]*?)-----END CERTIFICATE-----/g)]
  if (inArmour.length === 0 && lines.includes('-----'))
    return refuse('begins or ends in the middle of a certificate')
  const found = (inArmour.length > 0 ? inArmour.map(([, body]) => body!) : [lines])
    .map((body) => body.replace(/\s+/g, ''))
    .filter((body) => body !== '')
  const certificates = [...new Set(found)]
  if (certificates.length === 0) return refuse('is missing')
  if (certificates.length > limit) return refuse(`must not hold more than ${limit} certificates`)
  for (const certificate of certificates) {
    const reason = wrongWith(certificate)
    if (reason) return refuse(reason)
  }
  return { ok: true, certificates }
}

function wrongWith(certificate: string): string | null {
  if (/^[\w.:/\\-]+\.(pem|cer|crt|der|pfx|p12)$/i.test(certificate))
    return 'is the name of a file: enter what the file holds'
  if (/^([0-9a-f]{2}:?){20,32}$/i.test(certificate)) return 'is a fingerprint: enter the certificate itself'
  const read = parseCertificate(certificate)
  if (!read) return 'cannot be read as a certificate: it may have been cut off'
  return /^(RSA|EC) /.test(read.keyType)
    ? null
    : `has a key of type ${read.keyType}; RSA and EC keys are supported`
}

function named(label: string): string {
  if (label.includes('PRIVATE KEY')) return 'a private key, which should have stayed with its owner'
  if (label.includes('REQUEST')) return 'a certificate request'
  return label.toLowerCase()
}

function refuse(reason: string): ReadCertificates {
  return { ok: false, reason }
}
