import { secondsAfter } from '../../base/clock.ts'
import { describeCertificate, type IdpMetadata } from '../../saml/metadata.ts'

/** A certificate its metadata does not list any more, and since when (RFC 3339). */
export type UnlistedCertificate = { certificate: string; since: string }

/** Metadata as a connection keeps it: `certificates` are all that are trusted, those not listed any more at the end. */
export type KeptMetadata = IdpMetadata & { unlisted?: UnlistedCertificate[] }

/** How long a certificate is trusted after its metadata stopped listing it. */
export const overlapSeconds = 7 * 86_400

/** More than that are not kept beside the listed ones: each is tried on each login. */
const unlistedLimit = 20

/**
 * What is kept when `read` comes from the address of `kept`. Everything is taken over as it is read, but a certificate
 * that is not listed any more stays trusted for seven days, or until it expires, whichever comes first: identity
 * providers publish the new one and drop the old one before all of their machines sign with it. (An admin who replaces
 * the metadata by hand has it exactly as given, at once: that is the way to drop one whose key was stolen.)
 */
export function mergeMetadata(kept: KeptMetadata, read: IdpMetadata, now: Date): KeptMetadata {
  const since = new Map(kept.unlisted?.map((one) => [one.certificate, one.since]))
  const unlisted = kept.certificates
    .filter((certificate) => !read.certificates.includes(certificate))
    .map((certificate) => ({ certificate, since: since.get(certificate) ?? now.toISOString() }))
    .filter((one) => now < trustedUntil(one))
    .slice(-unlistedLimit)
  const certificates = [...read.certificates, ...unlisted.map(({ certificate }) => certificate)]
  return { ...read, certificates, ...(unlisted.length > 0 && { unlisted }) }
}

/** Until when a certificate that is not listed any more is trusted. */
export function trustedUntil({ certificate, since }: UnlistedCertificate): Date {
  const { notAfter } = describeCertificate(certificate)
  const overlapEnds = secondsAfter(new Date(since), overlapSeconds)
  return notAfter < overlapEnds ? notAfter : overlapEnds
}

/** What the metadata itself lists: what is kept, without what it does not list any more. */
export function listedMetadata({ unlisted, ...metadata }: KeptMetadata): IdpMetadata {
  const gone = new Set(unlisted?.map(({ certificate }) => certificate))
  return { ...metadata, certificates: metadata.certificates.filter((one) => !gone.has(one)) }
}

/** When the last of the listed certificates expires; null when there is none. */
export function certificatesEnd(kept: KeptMetadata): Date | null {
  const ends = listedMetadata(kept).certificates.map((one) => describeCertificate(one).notAfter.getTime())
  return ends.length === 0 ? null : new Date(Math.max(...ends))
}
