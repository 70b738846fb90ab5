import { recordAuditEvent } from '../../audit/record-audit-event.ts'
import type { Actor } from '../../base/actor.ts'
import { VestibuleError } from '../../base/errors.ts'
import { checkRole } from '../../base/permit.ts'
import type { House } from '../../house.ts'
import { insertJwtSecret } from '../../store/jwt-secrets.ts'
import { type JwtSecretView, jwtSecretTarget, mintJwtSecret, viewJwtSecret } from './jwt-secret.ts'
import { loadJwtConnection } from './load-jwt-connection.ts'

/** A new secret: the only time `secret` is shown. */
export type NewJwtSecretView = JwtSecretView & { secret: string }

/**
 * Makes a further secret, so that one can be exchanged while the other works. Throws `not_found`; `conflict` when there
 * are two already.
 */
export async function createJwtSecret(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer'>,
  actor: Actor,
  input: { clientID: string },
): Promise<NewJwtSecretView> {
  checkRole(actor, 'admin')
  const connection = await loadJwtConnection(house, actor.organizationId, input.clientID)
  const { secret, row } = mintJwtSecret(house, connection)
  const outcome = await insertJwtSecret(house.db, row)
  if (outcome === 'full')
    throw new VestibuleError(
      'conflict',
      'There are two secrets already. Delete the one that is no longer used, then make a new one.',
    )
  if (outcome === 'gone') throw new VestibuleError('not_found', 'There is no such connection.')
  await recordAuditEvent(house, actor, {
    action: 'jwt-secret.created',
    target: jwtSecretTarget(row, connection),
    tenant: connection.tenant,
    after: { connection: connection.id, hint: row.hint },
  })
  return { ...viewJwtSecret({ ...row, lastUsedAt: null }), secret }
}
