import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { equalsConstantTime } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import {
  type ConnectionChange,
  type ConnectionRecord,
  findConnections,
  updateConnectionRecord,
} from '../store/connections.ts'
import { auditableConnection } from './auditable-connection.ts'
import { openClientSecret } from './client-secret.ts'
import { toChange } from './connection-change.ts'
import type { ConnectionFields, ConnectionRequest, MetadataSource } from './connection-request.ts'
import { loadConnectionRecord } from './load-connection.ts'
import { loadMetadata } from './load-metadata.ts'
import { type ConnectionView, viewConnection } from './view-connection.ts'

type Parts = Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'fetch'>

/**
 * The dialect's update: the connection is named by clientID, or by tenant and product, and its secret must fit.
 * Throws `validation_failed`.
 */
export async function patchConnection(
  house: Parts,
  actor: Actor,
  request: ConnectionRequest,
): Promise<ConnectionView> {
  checkRole(actor, 'admin')
  if (!request.clientSecret) throw refuse('Please provide clientSecret')
  if (!request.clientID && !(request.tenant && request.product))
    throw refuse('Please provide clientID or tenant and product')
  const row = await findBySecret(house, actor, request)
  const conflict =
    (request.tenant && request.tenant !== row.tenant) || (request.product && request.product !== row.product)
  if (conflict) throw refuse('Tenant/Product config mismatch with IdP metadata')
  return changeConnection(house, actor, row, request)
}

/** The portal's update, by clientID alone. Throws `not_found`, `validation_failed`. */
export async function updateConnection(
  house: Parts,
  actor: Actor,
  input: { clientID: string; fields: ConnectionFields; metadata?: MetadataSource },
): Promise<ConnectionView> {
  checkRole(actor, 'admin')
  const row = await loadConnectionRecord(house, actor.organizationId, input.clientID)
  return changeConnection(house, actor, row, input)
}

/** Among the connections the request names, the one whose secret was given. */
async function findBySecret(
  house: Parts,
  actor: Actor,
  request: ConnectionRequest,
): Promise<ConnectionRecord> {
  const filter = request.clientID
    ? { clientId: request.clientID, kind: request.kind }
    : { tenants: [request.tenant!], product: request.product!, kind: request.kind }
  const rows = await findConnections(house.db, actor.organizationId, filter)
  const row = rows.find((candidate) =>
    equalsConstantTime(openClientSecret(house, candidate), request.clientSecret!),
  )
  if (!row) throw refuse('clientSecret mismatch')
  return row
}

async function changeConnection(
  house: Parts,
  actor: Actor,
  before: ConnectionRecord,
  request: { fields: ConnectionFields; metadata?: MetadataSource },
): Promise<ConnectionView> {
  const change: ConnectionChange = toChange(request.fields)
  if (request.metadata) {
    const { metadata, metadataUrl } = await loadMetadata(house, request.metadata)
    if (metadata.entityId !== before.upstreamId)
      throw refuse('Tenant/Product config mismatch with IdP metadata')
    change.upstream = metadata
    change.metadataUrl = metadataUrl
  }
  await updateConnectionRecord(house.db, actor.organizationId, before.id, change)
  const after = await loadConnectionRecord(house, actor.organizationId, before.clientId)
  await recordAuditEvent(house, actor, {
    action: 'connection.updated',
    target: { type: 'connection', id: after.id, name: after.name ?? after.upstreamId },
    tenant: after.tenant,
    before: auditableConnection(before),
    after: auditableConnection(after),
  })
  return viewConnection(house, after)
}

function refuse(message: string): VestibuleError {
  return new VestibuleError('validation_failed', message, { fields: [{ path: '', message }] })
}
