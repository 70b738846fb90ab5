import { mintId, mintToken } from '../../base/ids.ts'
import type { House } from '../../house.ts'
import type { SealOwner } from '../../sealing/sealer.ts'
import type { NewJwtSecret } from '../../store/jwt-secrets.ts'
import type { SecretRecord } from '../../store/paired-secrets.ts'

/** A secret as people may know of it; instants in RFC 3339. `hint`: its last four characters. */
export type JwtSecretView = { id: string; hint: string; createdAt: string; lastUsedAt: string | null }

/** What a secret of a customer's page is bound to while it rests. */
export function ownerOfJwtSecret(organizationId: string, id: string): SealOwner {
  return { organizationId, field: 'jwt-secret', recordId: id }
}

export function openJwtSecret(
  house: Pick<House, 'sealer'>,
  organizationId: string,
  { id, secretSealed }: Pick<NewJwtSecret, 'id' | 'secretSealed'>,
): string {
  return house.sealer.open(secretSealed, ownerOfJwtSecret(organizationId, id))
}

/**
 * A new secret: 64 random bytes, written as 86 characters of base64url. The key of HS512 is the UTF-8 bytes of those
 * characters, so that no code of a customer has to decode anything.
 */
export function mintJwtSecret(
  house: Pick<House, 'clock' | 'random' | 'sealer'>,
  connection: { id: string; organizationId: string },
): { secret: string; row: NewJwtSecret } {
  const createdAt = house.clock.now()
  const id = mintId('jws', createdAt, house.random)
  const secret = mintToken(house.random, 64)
  const secretSealed = house.sealer.seal(secret, ownerOfJwtSecret(connection.organizationId, id))
  return {
    secret,
    row: { id, connectionId: connection.id, secretSealed, hint: secret.slice(-4), createdAt },
  }
}

export function viewJwtSecret(row: SecretRecord): JwtSecretView {
  return {
    id: row.id,
    hint: row.hint,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }
}

/** How the audit log names a secret. */
export function jwtSecretTarget(
  { id, hint }: { id: string; hint: string },
  connection: { name: string | null; upstreamId: string },
) {
  return { type: 'jwt-secret', id, name: `…${hint} of ${connection.name ?? connection.upstreamId}` }
}
