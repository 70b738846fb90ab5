import { type FactorOwner, ownedBy } from './authenticators.ts'
import { type Db, joinSql, sql } from './db.ts'

/**
 * Puts new codes in the place of all the owner had: the first in that of the first, and so on, so that of two sets made
 * at the same moment one is left.
 */
export async function replaceRecoveryCodes(
  db: Db,
  owner: FactorOwner,
  hashes: string[],
  now: Date,
): Promise<void> {
  const { organizationId, userId = null, memberId = null } = owner
  const rows = hashes.map(
    (hash, index) =>
      sql`(${hash}, ${organizationId}, ${userId}, ${memberId}, ${index + 1}::int, ${now}::timestamptz)`,
  )
  const place = userId === null ? sql`(member_id, number)` : sql`(user_id, number)`
  await db.$executeRaw(sql`
    WITH gone AS (DELETE FROM recovery_codes WHERE ${ownedBy(owner)} AND number > ${hashes.length})
    INSERT INTO recovery_codes (code_hash, organization_id, user_id, member_id, number, created_at)
    VALUES ${joinSql(rows)}
    ON CONFLICT ${place} DO UPDATE SET code_hash = excluded.code_hash, used_at = NULL, created_at = excluded.created_at`)
}

/** Uses a code up. One statement: of any number at once one gets `true`. */
export async function consumeRecoveryCode(
  db: Db,
  owner: FactorOwner,
  codeHash: string,
  now: Date,
): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    UPDATE recovery_codes SET used_at = ${now}
    WHERE code_hash = ${codeHash} AND ${ownedBy(owner)} AND used_at IS NULL`)
  return count === 1
}

/** How many the owner has not used. */
export async function countRecoveryCodes(db: Db, owner: FactorOwner): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>(sql`
    SELECT count(*)::int AS count FROM recovery_codes WHERE ${ownedBy(owner)} AND used_at IS NULL`)
  return row!.count
}

export async function deleteRecoveryCodes(db: Db, owner: FactorOwner): Promise<void> {
  await db.$executeRaw(sql`DELETE FROM recovery_codes WHERE ${ownedBy(owner)}`)
}
