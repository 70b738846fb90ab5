import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { describeCertificate } from '../saml/metadata.ts'
import type { MetadataSource } from './connection-request.ts'
import { loadMetadata } from './load-metadata.ts'
import { friendlyProviderName } from './provider-name.ts'

export type MetadataPreview = {
  entityId: string
  provider: string | null
  ssoRedirectUrl?: string
  ssoPostUrl?: string
  certificates: {
    subject: string
    notBefore: string
    notAfter: string
    sha256Fingerprint: string
    expired: boolean
  }[]
}

/** What we understand of an identity provider's metadata, before a connection is made of it. Throws `validation_failed`. */
export async function previewMetadata(
  house: Pick<House, 'fetch' | 'clock'>,
  actor: Actor,
  source: MetadataSource,
): Promise<MetadataPreview> {
  checkRole(actor, 'admin')
  const { metadata } = await loadMetadata(house, source)
  return {
    entityId: metadata.entityId,
    provider: friendlyProviderName(metadata.entityId),
    ssoRedirectUrl: metadata.ssoRedirectUrl,
    ssoPostUrl: metadata.ssoPostUrl,
    certificates: metadata.certificates.map((certificate) => viewCertificate(certificate, house.clock.now())),
  }
}

/** A certificate as the portal shows it; instants in RFC 3339. */
export function viewCertificate(certificate: string, now: Date): MetadataPreview['certificates'][number] {
  const { subject, notBefore, notAfter, sha256Fingerprint } = describeCertificate(certificate)
  return {
    subject,
    notBefore: notBefore.toISOString(),
    notAfter: notAfter.toISOString(),
    sha256Fingerprint,
    expired: notAfter < now,
  }
}
