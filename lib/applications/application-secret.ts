import { sha256 } from '../base/encoding.ts'
import { mintId, mintToken } from '../base/ids.ts'
import type { House } from '../house.ts'
import type { NewApplicationSecret } from '../store/applications.ts'
import type { SecretRecord } from '../store/paired-secrets.ts'

/** A secret as people may know of it; instants in RFC 3339. `hint`: its last four characters. */
export type ApplicationSecretView = {
  id: string
  hint: string
  createdAt: string
  lastUsedAt: string | null
}

export function viewApplicationSecret(row: SecretRecord): ApplicationSecretView {
  return {
    id: row.id,
    hint: row.hint,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }
}

/** A new secret such as `vcs_9fJ2…`, 256 random bits, and the row that keeps its hash. */
export function mintApplicationSecret(
  house: Pick<House, 'clock' | 'random'>,
  applicationId: string,
): { clientSecret: string; row: NewApplicationSecret } {
  const clientSecret = `vcs_${mintToken(house.random, 32)}`
  const createdAt = house.clock.now()
  const row = {
    id: mintId('cls', createdAt, house.random),
    applicationId,
    secretHash: sha256(clientSecret),
    hint: clientSecret.slice(-4),
    createdAt,
  }
  return { clientSecret, row }
}

/** How the audit log names a secret. */
export function secretTarget(secret: { id: string; hint: string }, application: { name: string }) {
  return { type: 'application-secret', id: secret.id, name: `…${secret.hint} of ${application.name}` }
}
