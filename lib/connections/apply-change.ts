import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import type { House } from '../house.ts'
import { type ConnectionRecord, updateConnectionRecord } from '../store/connections.ts'
import { auditableConnection } from './auditable-connection.ts'
import { toChange } from './connection-change.ts'
import type { ConnectionFields } from './connection-request.ts'
import type { LoadedUpstream } from './contract.ts'
import { loadConnectionRecord } from './load-connection.ts'
import { checkMayChangeConnection } from './portal-connection.ts'
import { sealUpstreamSecret } from './upstream-secret.ts'

/**
 * Writes a change of settings, of the upstream and of its secret to a connection, and into the audit log. Throws
 * `forbidden`, `conflict`.
 */
export async function applyChange(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer'>,
  actor: Actor,
  before: ConnectionRecord,
  { fields, loaded }: { fields: ConnectionFields; loaded: LoadedUpstream },
): Promise<ConnectionRecord> {
  const { described, secret } = loaded
  await checkMayChangeConnection(house, actor, before, fields)
  await updateConnectionRecord(house.db, actor.organizationId, before.id, {
    ...toChange(fields),
    ...described,
    ...(secret !== undefined && { upstreamSecretSealed: sealUpstreamSecret(house, before, secret) }),
  })
  const after = await loadConnectionRecord(house, actor.organizationId, before.clientId)
  await recordAuditEvent(house, actor, {
    action: 'connection.updated',
    target: { type: 'connection', id: after.id, name: after.name ?? after.upstreamId },
    tenant: after.tenant,
    before: auditableConnection(before),
    // That the secret is another is worth knowing; which one it is, is not for a log.
    after: { ...auditableConnection(after), ...(secret !== undefined && { oidcClientSecret: 'replaced' }) },
  })
  return after
}
