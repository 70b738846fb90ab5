import type { Actor } from '../base/actor.ts'
import { warningDays } from '../base/expiry-warning.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { listNotedMetadata, type MetadataPollRecord } from '../store/metadata-polls.ts'
import { providerName } from './provider-name.ts'
import { certificatesEnd, type KeptMetadata } from './saml/merge-metadata.ts'

/** A connection through which sign-ins will stop, or may already have, unless somebody acts. */
export type ConnectionInNeed = {
  clientID: string
  name: string | null
  tenant: string
  tenantName: string
  product: string
  provider: string
  /** When the last of the certificates its metadata lists expires, RFC 3339; null when it has none. */
  certificatesEndAt: string | null
  /** Whether its metadata is read from an address every day. */
  polled: boolean
  /** What was wrong with that address, in a sentence. */
  metadataProblem: string | null
}

/** So many are looked at: those with a problem or a warning, then the newest. */
const looked = 200

/** Active connections of the organization that need somebody. */
export async function listAttention(
  house: Pick<House, 'db' | 'clock'>,
  actor: Actor,
): Promise<ConnectionInNeed[]> {
  checkRole(actor, 'viewer')
  const rows = await listNotedMetadata(house.db, actor.organizationId, looked)
  const soon = new Date(house.clock.now().getTime() + warningDays[0] * 86_400_000)
  return rows
    .map(viewNeed)
    .filter(
      ({ metadataProblem, certificatesEndAt }) =>
        metadataProblem !== null || certificatesEndAt === null || new Date(certificatesEndAt) < soon,
    )
}

function viewNeed(row: MetadataPollRecord): ConnectionInNeed {
  return {
    clientID: row.clientId,
    name: row.name,
    tenant: row.tenant,
    tenantName: row.tenantName,
    product: row.product,
    provider: providerName(row.upstreamId),
    certificatesEndAt: certificatesEnd(row.upstream as KeptMetadata)?.toISOString() ?? null,
    polled: row.metadataUrl !== null,
    metadataProblem: row.metadataProblem,
  }
}
