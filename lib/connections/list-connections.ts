import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { describeCertificate } from '../saml/metadata.ts'
import { type ConnectionRecord, listConnectionRecords } from '../store/connections.ts'
import type { Page } from '../store/db.ts'
import { findLastSuccesses } from '../store/traces.ts'
import { providerPreset } from './presets.ts'
import { providerName } from './provider-name.ts'
import { typeOf } from './registry.ts'

/** A connection as a row of the portal's list. Nothing secret. */
export type ConnectionSummary = {
  id: string
  clientID: string
  tenant: string
  tenantName: string
  product: string
  name: string | null
  kind: string
  active: boolean
  entityId: string
  provider: string
  /** Address of the provider's icon, below our own. */
  iconPath: string
  /** When the last of its signing certificates expires, RFC 3339; null when it has none. */
  certificatesEndAt: string | null
  /** When it last signed somebody in, RFC 3339. */
  lastUsedAt: string | null
  createdAt: string
}

/** Connections, newest first. `query` looks into tenant, product, name, entityID and clientID. */
export async function listConnections(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: {
    query?: string
    tenant?: string
    product?: string
    active?: boolean
    cursor?: string
    limit?: number
  },
): Promise<Page<ConnectionSummary>> {
  checkRole(actor, 'viewer')
  const page = await listConnectionRecords(house.db, actor.organizationId, {
    ...input,
    limit: input.limit ?? 50,
  })
  const lastUsed = await findLastSuccesses(
    house.db,
    page.data.map((row) => row.id),
  )
  return { data: page.data.map((row) => summarize(row, lastUsed.get(row.id))), nextCursor: page.nextCursor }
}

function summarize(row: ConnectionRecord, lastUsedAt: Date | undefined): ConnectionSummary {
  const ends = typeOf(row)
    .certificates(row)
    .map((certificate) => describeCertificate(certificate).notAfter.getTime())
  return {
    id: row.id,
    clientID: row.clientId,
    tenant: row.tenant,
    tenantName: row.tenantName,
    product: row.product,
    name: row.name,
    kind: row.kind,
    active: row.active,
    entityId: row.upstreamId,
    provider: providerName(row.upstreamId),
    iconPath: providerPreset(row.kind, row.upstreamId).iconPath,
    certificatesEndAt: ends.length === 0 ? null : new Date(Math.max(...ends)).toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
  }
}
