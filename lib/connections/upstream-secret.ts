import type { House } from '../house.ts'
import type { ConnectionRecord } from '../store/connections.ts'

type Owner = Pick<ConnectionRecord, 'id' | 'organizationId'>

const owner = (row: Owner) => ({
  organizationId: row.organizationId,
  field: 'connection-upstream-secret',
  recordId: row.id,
})

/** What stands in an answer where the secret of an upstream would. Sent back, it changes nothing. */
export const upstreamSecretMask = '********'

/** The secret we authenticate with at an OpenID provider; it is used, and never told. */
export function openUpstreamSecret(
  house: Pick<House, 'sealer'>,
  row: Owner & Pick<ConnectionRecord, 'upstreamSecretSealed'>,
): string {
  if (row.upstreamSecretSealed === null) throw new Error('a connection without a secret for its upstream')
  return house.sealer.open(row.upstreamSecretSealed, owner(row))
}

export function sealUpstreamSecret(house: Pick<House, 'sealer'>, row: Owner, secret: string): string {
  return house.sealer.seal(secret, owner(row))
}
