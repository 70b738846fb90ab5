import { ownerOfJwtSecret } from '#lib/connections/jwt/jwt-secret.ts'
import { ownerOfTargetSecret } from '#lib/jwt-sso-targets/target-secret.ts'
import { ownerOfBody } from '#lib/mail/mail.ts'
import type { SealOwner } from '#lib/sealing/sealer.ts'
import { ownerOfSecret } from '#lib/second-factor/enrol-totp.ts'
import { listSealedTotpSecrets, resealTotpSecret } from '#lib/store/authenticators.ts'
import {
  listSealedConnectionSecrets,
  listSealedUpstreamSecrets,
  resealConnectionSecret,
  resealUpstreamSecret,
} from '#lib/store/connections.ts'
import { listSealedJwtSecrets, resealJwtSecret } from '#lib/store/jwt-secrets.ts'
import { listSealedJwtSsoTargetSecrets, resealJwtSsoTargetSecret } from '#lib/store/jwt-sso-targets.ts'
import { listSealedMailBodies, resealMailBody } from '#lib/store/mails.ts'
import { listAllSigningKeys, resealSigningKey } from '#lib/store/signing-keys.ts'
import type { ServerHouse } from './house.ts'

/**
 * Seals anew what is not sealed with the current data key. Each row is changed only if it still holds what was read, so
 * any number of instances may do it at once. Returns how many values it sealed.
 */
export async function resealEverything(house: Pick<ServerHouse, 'db' | 'sealer'>): Promise<number> {
  let count = 0
  for (const { id, organizationId, clientSecretSealed: sealed } of await listSealedConnectionSecrets(
    house.db,
  )) {
    const owner = { organizationId, field: 'connection-client-secret', recordId: id }
    if (await resealOne(house, sealed, owner, (next) => resealConnectionSecret(house.db, id, sealed, next)))
      count++
  }
  for (const { id, organizationId, upstreamSecretSealed: sealed } of await listSealedUpstreamSecrets(
    house.db,
  )) {
    const owner = { organizationId, field: 'connection-upstream-secret', recordId: id }
    if (await resealOne(house, sealed, owner, (next) => resealUpstreamSecret(house.db, id, sealed, next)))
      count++
  }
  for (const { id, organizationId, privateKeySealed: sealed } of await listAllSigningKeys(house.db)) {
    const owner = { organizationId, field: 'signing-key', recordId: id }
    if (await resealOne(house, sealed, owner, (next) => resealSigningKey(house.db, id, sealed, next))) count++
  }
  for (const row of await listSealedJwtSsoTargetSecrets(house.db)) {
    const { id, secretSealed: sealed } = row
    const owner = ownerOfTargetSecret(row)
    if (await resealOne(house, sealed, owner, (next) => resealJwtSsoTargetSecret(house.db, id, sealed, next)))
      count++
  }
  for (const { id, organizationId, secretSealed: sealed } of await listSealedJwtSecrets(house.db)) {
    const owner = ownerOfJwtSecret(organizationId, id)
    if (await resealOne(house, sealed, owner, (next) => resealJwtSecret(house.db, id, sealed, next))) count++
  }
  for (const mail of await listSealedMailBodies(house.db)) {
    const { id, bodySealed: sealed } = mail
    if (
      await resealOne(house, sealed, ownerOfBody(mail), (next) => resealMailBody(house.db, id, sealed, next))
    )
      count++
  }
  for (const row of await listSealedTotpSecrets(house.db)) {
    const { id, secretSealed: sealed } = row
    if (
      await resealOne(house, sealed, ownerOfSecret(row), (next) =>
        resealTotpSecret(house.db, id, sealed, next),
      )
    )
      count++
  }
  return count
}

async function resealOne(
  { sealer }: Pick<ServerHouse, 'sealer'>,
  sealed: string,
  owner: SealOwner,
  write: (next: string) => Promise<void>,
): Promise<boolean> {
  if (sealer.isCurrent(sealed)) return false
  await write(sealer.seal(sealer.open(sealed, owner), owner))
  return true
}
