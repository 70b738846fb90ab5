import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { equalsConstantTime } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { type ConnectionRecord, deleteConnectionRecord, findConnections } from '../store/connections.ts'
import { endSessions } from '../store/sessions.ts'
import { auditableConnection } from './auditable-connection.ts'
import { openClientSecret } from './client-secret.ts'
import { loadConnectionRecord } from './load-connection.ts'
import { checkMayDeleteConnection } from './portal-connection.ts'

type Parts = Pick<House, 'db' | 'clock' | 'random' | 'sealer'>

export type DeleteQuery = {
  clientID?: string
  clientSecret?: string
  tenant?: string
  product?: string
  strategy?: string
}

/** The dialect's deletion; that nothing matched is no error, a wrong secret is. Throws `validation_failed`. */
export async function deleteConnections(house: Parts, actor: Actor, query: DeleteQuery): Promise<void> {
  checkRole(actor, 'admin')
  for (const row of await findNamed(house, actor, query)) await deleteRecord(house, actor, row)
}

/** The portal's deletion, by clientID alone. Throws `not_found`. */
export async function deleteConnection(
  house: Parts,
  actor: Actor,
  input: { clientID: string },
): Promise<void> {
  checkRole(actor, 'admin')
  await deleteRecord(house, actor, await loadConnectionRecord(house, actor.organizationId, input.clientID))
}

async function findNamed(house: Parts, actor: Actor, query: DeleteQuery): Promise<ConnectionRecord[]> {
  const { clientID, clientSecret, tenant, product, strategy: kind } = query
  if (clientID && clientSecret) {
    const rows = await findConnections(house.db, actor.organizationId, { clientId: clientID, kind })
    if (rows.every((row) => equalsConstantTime(openClientSecret(house, row), clientSecret))) return rows
    throw refuse('clientSecret mismatch')
  }
  if (tenant && product) {
    return findConnections(house.db, actor.organizationId, { tenants: [tenant], product, kind })
  }
  throw refuse('Please provide `clientID` and `clientSecret` or `tenant` and `product`.')
}

/** Its sessions end first, so that applications hear of them. */
async function deleteRecord(house: Parts, actor: Actor, row: ConnectionRecord): Promise<void> {
  await checkMayDeleteConnection(house, actor, row)
  await endSessions(house.db, actor.organizationId, { connectionId: row.id }, house.clock.now())
  if (!(await deleteConnectionRecord(house.db, actor.organizationId, row.id))) return
  await recordAuditEvent(house, actor, {
    action: 'connection.deleted',
    target: { type: 'connection', id: row.id, name: row.name ?? row.upstreamId },
    tenant: row.tenant,
    before: auditableConnection(row),
  })
}

function refuse(message: string): VestibuleError {
  return new VestibuleError('validation_failed', message, { fields: [{ path: '', message }] })
}
