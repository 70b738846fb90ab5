import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { type ConnectionRecord, findConnectionByAnyId } from '../store/connections.ts'
import type { ConnectionKind } from './contract.ts'
import { type ProviderPreset, providerPreset } from './presets.ts'
import { type MetadataPreview, viewCertificate } from './preview-metadata.ts'
import { providerName } from './provider-name.ts'
import { typeOf } from './registry.ts'
import { type ConnectionView, viewConnection } from './view-connection.ts'

/** A connection as its page in the portal shows it. A viewer's copy has an empty `clientSecret`. */
export type ConnectionDetail = ConnectionView & {
  id: string
  kind: ConnectionKind
  ownAcs: boolean
  tenantName: string
  tenantLive: boolean
  provider: string
  preset: ProviderPreset
  certificates: MetadataPreview['certificates']
}

/** One connection by clientID or id. Throws `not_found`. */
export async function loadConnection(
  house: Pick<House, 'db' | 'sealer' | 'clock'>,
  actor: Actor,
  input: { clientID: string },
): Promise<ConnectionDetail> {
  checkRole(actor, 'viewer')
  const row = await loadConnectionRecord(house, actor.organizationId, input.clientID)
  const view = viewConnection(house, row)
  return {
    ...view,
    clientSecret: actor.role === 'viewer' ? '' : view.clientSecret,
    id: row.id,
    kind: row.kind as ConnectionKind,
    ownAcs: row.ownAcs,
    tenantName: row.tenantName,
    tenantLive: row.tenantLive,
    provider: providerName(row.upstreamId),
    preset: providerPreset(row.kind, row.upstreamId),
    certificates: typeOf(row)
      .certificates(row)
      .map((one) => viewCertificate(one, house.clock.now())),
  }
}

/** The stored connection with that clientID or id in the organization; throws `not_found`. */
export async function loadConnectionRecord(
  house: Pick<House, 'db'>,
  organizationId: string,
  clientID: string,
): Promise<ConnectionRecord> {
  const row = await findConnectionByAnyId(house.db, organizationId, clientID)
  if (!row) throw new VestibuleError('not_found', 'There is no such connection.')
  return row
}
