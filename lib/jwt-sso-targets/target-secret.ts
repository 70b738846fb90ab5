import { mintToken } from '../base/ids.ts'
import type { House } from '../house.ts'
import type { SealOwner } from '../sealing/sealer.ts'
import type { JwtSsoTargetRecord } from '../store/jwt-sso-targets.ts'

type SecretRow = Pick<JwtSsoTargetRecord, 'id' | 'organizationId' | 'secretSealed'>

/** To what the secret of a target is bound while it rests. */
export function ownerOfTargetSecret({
  id,
  organizationId,
}: Pick<SecretRow, 'id' | 'organizationId'>): SealOwner {
  return { organizationId, field: 'jwt-sso-target-secret', recordId: id }
}

/** The secret as the key of HS512 is made of it: the bytes of its UTF-8. */
export function openTargetSecret(house: Pick<House, 'sealer'>, row: SecretRow): string {
  return house.sealer.open(row.secretSealed, ownerOfTargetSecret(row))
}

/** The secret a product gave out, or a new one of 512 random bits, base64url: 86 characters; and what is kept of it. */
export function makeTargetSecret(
  house: Pick<House, 'sealer' | 'random'>,
  row: Pick<SecretRow, 'id' | 'organizationId'>,
  given: string | undefined,
): { secret: string; secretSealed: string; hint: string } {
  const secret = given ?? mintToken(house.random, 64)
  return {
    secret,
    secretSealed: house.sealer.seal(secret, ownerOfTargetSecret(row)),
    hint: Array.from(secret).slice(-4).join(''),
  }
}
