import type { House } from '../house.ts'

type SecretRow = { id: string; organizationId: string; clientSecretSealed: string }

const owner = (row: Pick<SecretRow, 'id' | 'organizationId'>) => ({
  organizationId: row.organizationId,
  field: 'connection-client-secret',
  recordId: row.id,
})

/** The secret a client uses with this connection. The dialect answers it again on every read, so it is sealed, not hashed. */
export function openClientSecret(house: Pick<House, 'sealer'>, row: SecretRow): string {
  return house.sealer.open(row.clientSecretSealed, owner(row))
}

export function sealClientSecret(
  house: Pick<House, 'sealer'>,
  row: Pick<SecretRow, 'id' | 'organizationId'>,
  secret: string,
): string {
  return house.sealer.seal(secret, owner(row))
}
