import { recordAuditEvent } from '../../audit/record-audit-event.ts'
import type { Actor } from '../../base/actor.ts'
import { VestibuleError } from '../../base/errors.ts'
import { checkRole } from '../../base/permit.ts'
import type { House } from '../../house.ts'
import { deleteJwtSecretRecord, listJwtSecretRecords } from '../../store/jwt-secrets.ts'
import { jwtSecretTarget } from './jwt-secret.ts'
import { loadJwtConnection } from './load-jwt-connection.ts'

/** Deletes a secret; tokens signed with it are refused from then on. Throws `not_found`; `conflict` for the last one. */
export async function deleteJwtSecret(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { clientID: string; secret: string },
): Promise<void> {
  checkRole(actor, 'admin')
  const connection = await loadJwtConnection(house, actor.organizationId, input.clientID)
  const secrets = await listJwtSecretRecords(house.db, connection.id)
  const secret = secrets.find(({ id }) => id === input.secret)
  if (!secret) throw missing()
  const outcome = await deleteJwtSecretRecord(house.db, connection.id, secret.id)
  if (outcome === 'gone') throw missing()
  if (outcome === 'last')
    throw new VestibuleError(
      'conflict',
      'This is the only secret of the connection. Make a new one first, or delete the connection.',
    )
  await recordAuditEvent(house, actor, {
    action: 'jwt-secret.deleted',
    target: jwtSecretTarget(secret, connection),
    tenant: connection.tenant,
    before: { connection: connection.id, hint: secret.hint },
  })
}

function missing(): VestibuleError {
  return new VestibuleError('not_found', 'The connection has no such secret.')
}
