import type { Actor } from '../../base/actor.ts'
import { VestibuleError } from '../../base/errors.ts'
import { checkRole } from '../../base/permit.ts'
import type { House } from '../../house.ts'
import { describeCertificate } from '../../saml/metadata.ts'
import { findMetadataPoll } from '../../store/metadata-polls.ts'
import { type KeptMetadata, trustedUntil } from './merge-metadata.ts'

/** How it stands with the metadata of a SAML connection. Instants as RFC 3339. */
export type MetadataState = {
  metadataUrl: string | null
  checkedAt: string | null
  nextAt: string | null
  problem: string | null
  /** Certificates its metadata does not list any more, and until when they are trusted. */
  unlisted: { sha256Fingerprint: string; trustedUntil: string }[]
}

/** `id` is the connection's (`con_…`). Throws `not_found` when it is none of SAML in the organization. */
export async function loadMetadataState(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { id: string },
): Promise<MetadataState> {
  checkRole(actor, 'viewer')
  const row = await findMetadataPoll(house.db, actor.organizationId, input.id)
  if (!row) throw new VestibuleError('not_found', 'There is no such connection.')
  const { unlisted = [] } = row.upstream as KeptMetadata
  return {
    metadataUrl: row.metadataUrl,
    checkedAt: row.metadataCheckedAt?.toISOString() ?? null,
    nextAt: row.metadataUrl ? (row.metadataNextAt?.toISOString() ?? null) : null,
    problem: row.metadataProblem,
    unlisted: unlisted.map((one) => ({
      sha256Fingerprint: describeCertificate(one.certificate).sha256Fingerprint,
      trustedUntil: trustedUntil(one).toISOString(),
    })),
  }
}
