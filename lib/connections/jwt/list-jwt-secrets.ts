import type { Actor } from '../../base/actor.ts'
import { checkRole } from '../../base/permit.ts'
import type { House } from '../../house.ts'
import { listJwtSecretRecords } from '../../store/jwt-secrets.ts'
import { type JwtSecretView, viewJwtSecret } from './jwt-secret.ts'
import { loadJwtConnection } from './load-jwt-connection.ts'

/** The secrets of a JWT connection, oldest first, by their last characters. Throws `not_found`, `conflict`. */
export async function listJwtSecrets(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { clientID: string },
): Promise<JwtSecretView[]> {
  checkRole(actor, 'viewer')
  const { id } = await loadJwtConnection(house, actor.organizationId, input.clientID)
  return (await listJwtSecretRecords(house.db, id)).map(viewJwtSecret)
}
