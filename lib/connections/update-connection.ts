import type { Actor } from '../base/actor.ts'
import { equalsConstantTime } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { type ConnectionRecord, findConnections } from '../store/connections.ts'
import { isUniqueViolation } from '../store/db.ts'
import { applyChange } from './apply-change.ts'
import { openClientSecret } from './client-secret.ts'
import type { ConnectionRequest } from './connection-request.ts'
import type { ConnectionKind } from './contract.ts'
import { loadConnectionRecord } from './load-connection.ts'
import { typeOf } from './registry.ts'
import { type ConnectionView, viewConnection } from './view-connection.ts'

/** What of a connection is to be different; what it does not say stays. */
type ConnectionChangeRequest = Pick<ConnectionRequest, 'fields' | 'metadata' | 'provider' | 'page'>

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
  { clientID, ...request }: ConnectionChangeRequest & { clientID: string },
): Promise<ConnectionView> {
  checkRole(actor, 'admin')
  const row = await loadConnectionRecord(house, actor.organizationId, clientID)
  return changeConnection(house, actor, row, request)
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
  { fields, ...upstream }: ConnectionChangeRequest,
): Promise<ConnectionView> {
  const request = { ...upstream, kind: before.kind as ConnectionKind, fields }
  const loaded = await typeOf(before).loadUpstream(house, actor, request, before)
  try {
    return viewConnection(house, await applyChange(house, actor, before, { fields, loaded }))
  } catch (thrown) {
    if (isUniqueViolation(thrown)) throw new VestibuleError('conflict', taken)
    throw thrown
  }
}

const taken = 'Another connection of this tenant and product leads to the same place.'

function refuse(message: string): VestibuleError {
  return new VestibuleError('validation_failed', message, { fields: [{ path: '', message }] })
}
