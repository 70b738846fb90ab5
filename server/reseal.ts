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
import type { Db } from '#lib/store/db.ts'
import { listSealedJwtSecrets, resealJwtSecret } from '#lib/store/jwt-secrets.ts'
import { listSealedJwtSsoTargetSecrets, resealJwtSsoTargetSecret } from '#lib/store/jwt-sso-targets.ts'
import { listSealedMailBodies, resealMailBody } from '#lib/store/mails.ts'
import { listAllSigningKeys, resealSigningKey } from '#lib/store/signing-keys.ts'
import type { ServerHouse } from './house.ts'

type Tools = Pick<ServerHouse, 'db' | 'sealer'>
type Row = { id: string; organizationId: string }

/** Every column that holds something sealed. */
const columns = [
  column(
    listSealedConnectionSecrets,
    'clientSecretSealed',
    owned('connection-client-secret'),
    resealConnectionSecret,
  ),
  column(
    listSealedUpstreamSecrets,
    'upstreamSecretSealed',
    owned('connection-upstream-secret'),
    resealUpstreamSecret,
  ),
  column(listAllSigningKeys, 'privateKeySealed', owned('signing-key'), resealSigningKey),
  column(listSealedJwtSsoTargetSecrets, 'secretSealed', ownerOfTargetSecret, resealJwtSsoTargetSecret),
  column(
    listSealedJwtSecrets,
    'secretSealed',
    ({ organizationId, id }) => ownerOfJwtSecret(organizationId, id),
    resealJwtSecret,
  ),
  column(listSealedMailBodies, 'bodySealed', ownerOfBody, resealMailBody),
  column(listSealedTotpSecrets, 'secretSealed', ownerOfSecret, resealTotpSecret),
]

/**
 * Seals anew what is not sealed with the current data key. Each row is changed only if it still holds what was read, so
 * any number of instances may do it at once. Returns how many values it sealed.
 */
export async function resealEverything(house: Tools): Promise<number> {
  let count = 0
  for (const reseal of columns) count += await reseal(house)
  return count
}

function column<Name extends string>(
  list: (db: Db) => Promise<(Row & Record<Name, string>)[]>,
  name: Name,
  ownerOf: (row: Row) => SealOwner,
  write: (db: Db, id: string, from: string, to: string) => Promise<void>,
): (house: Tools) => Promise<number> {
  return async ({ db, sealer }) => {
    const old = (await list(db)).filter((row) => !sealer.isCurrent(row[name]))
    for (const row of old) {
      const owner = ownerOf(row)
      await write(db, row.id, row[name], sealer.seal(sealer.open(row[name], owner), owner))
    }
    return old.length
  }
}

function owned(field: string): (row: Row) => SealOwner {
  return ({ organizationId, id }) => ({ organizationId, field, recordId: id })
}
