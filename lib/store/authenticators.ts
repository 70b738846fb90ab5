import { type Db, sql } from './db.ts'

/** Whose a second factor is: an end user's, or a member's. Always within an organization. */
export type FactorOwner = { organizationId: string } & (
  | { userId: string; memberId?: undefined }
  | { memberId: string; userId?: undefined }
)

export type AuthenticatorKind = 'totp' | 'passkey'

export type AuthenticatorRecord = {
  id: string
  organizationId: string
  userId: string | null
  memberId: string | null
  kind: AuthenticatorKind
  name: string
  /** TOTP: the shared secret, sealed. */
  secretSealed: string | null
  /** Passkey: its id (base64url) and public key (COSE). */
  credentialId: string | null
  publicKey: Uint8Array<ArrayBuffer> | null
  transports: string[]
  /** TOTP: the last time step that was used. Passkey: the counter of its last signature. */
  counter: bigint
  /** Null: not proven yet, and counts for nothing. */
  confirmedAt: Date | null
  lastUsedAt: Date | null
  createdAt: Date
}

export type NewAuthenticator = Omit<
  AuthenticatorRecord,
  'organizationId' | 'userId' | 'memberId' | 'lastUsedAt'
>

/** So many one person may have: more are not looked after. */
export const authenticatorsKept = 20

const columns = sql`id, organization_id AS "organizationId", user_id AS "userId", member_id AS "memberId", kind, name,
  secret_sealed AS "secretSealed", credential_id AS "credentialId", public_key AS "publicKey", transports, counter,
  confirmed_at AS "confirmedAt", last_used_at AS "lastUsedAt", created_at AS "createdAt"`

/** The rows of an owner, of tables that have both kinds of them. */
export function ownedBy({ organizationId, userId, memberId }: FactorOwner) {
  const owner = userId === undefined ? sql`member_id = ${memberId}` : sql`user_id = ${userId}`
  return sql`organization_id = ${organizationId} AND ${owner}`
}

/**
 * Stores one. False when the owner has as many as are kept, or the organization knows the passkey already.
 */
export async function insertAuthenticator(
  db: Db,
  owner: FactorOwner,
  row: NewAuthenticator,
): Promise<boolean> {
  const { organizationId, userId = null, memberId = null } = owner
  const count = await db.$executeRaw(sql`
    INSERT INTO authenticators (id, organization_id, user_id, member_id, kind, name, secret_sealed, credential_id,
      public_key, transports, counter, confirmed_at, created_at)
    SELECT ${row.id}, ${organizationId}, ${userId}, ${memberId}, ${row.kind}, ${row.name}, ${row.secretSealed},
      ${row.credentialId}, ${row.publicKey}, ${row.transports}::text[], ${row.counter}, ${row.confirmedAt},
      ${row.createdAt}
    WHERE (SELECT count(*) FROM authenticators WHERE ${ownedBy(owner)} AND confirmed_at IS NOT NULL) < ${authenticatorsKept}
    ON CONFLICT (organization_id, credential_id) DO NOTHING`)
  return count === 1
}

/** Those that count, oldest first. */
export function listConfirmedAuthenticators(db: Db, owner: FactorOwner): Promise<AuthenticatorRecord[]> {
  return db.$queryRaw<AuthenticatorRecord[]>(sql`
    SELECT ${columns} FROM authenticators WHERE ${ownedBy(owner)} AND confirmed_at IS NOT NULL ORDER BY id`)
}

/** A TOTP secret that waits for its first code, made after `since`. */
export async function findUnconfirmedTotp(
  db: Db,
  owner: FactorOwner,
  id: string,
  since: Date,
): Promise<AuthenticatorRecord | null> {
  const [row] = await db.$queryRaw<AuthenticatorRecord[]>(sql`
    SELECT ${columns} FROM authenticators WHERE ${ownedBy(owner)} AND id = ${id} AND kind = 'totp'
      AND confirmed_at IS NULL AND created_at > ${since}`)
  return row ?? null
}

/** The passkey of that id in the organization, whosever it is. */
export async function findPasskey(
  db: Db,
  organizationId: string,
  credentialId: string,
): Promise<AuthenticatorRecord | null> {
  const [row] = await db.$queryRaw<AuthenticatorRecord[]>(sql`
    SELECT ${columns} FROM authenticators WHERE organization_id = ${organizationId}
      AND credential_id = ${credentialId} AND kind = 'passkey' AND confirmed_at IS NOT NULL`)
  return row ?? null
}

/** The first code was right: from now on it counts, and its time step is used. Of any number at once one gets `true`. */
export async function confirmTotp(
  db: Db,
  owner: FactorOwner,
  id: string,
  use: { step: number; at: Date },
): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    UPDATE authenticators SET confirmed_at = ${use.at}, last_used_at = ${use.at}, counter = ${use.step}
    WHERE ${ownedBy(owner)} AND id = ${id} AND kind = 'totp' AND confirmed_at IS NULL`)
  return count === 1
}

/** Uses a time step up, and with it those before (RFC 6238 §5.2). Of any number at once one gets `true`. */
export async function consumeTimeStep(
  db: Db,
  owner: FactorOwner,
  id: string,
  use: { step: number; at: Date },
): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    UPDATE authenticators SET counter = ${use.step}, last_used_at = ${use.at}
    WHERE ${ownedBy(owner)} AND id = ${id} AND kind = 'totp' AND confirmed_at IS NOT NULL
      AND counter < ${use.step}`)
  return count === 1
}

/**
 * Writes down a passkey's signature. False when its counter did not grow (Web Authentication §7.2 step 22; one that
 * does not count says 0 for ever), or it is gone.
 */
export async function recordPasskeyUse(
  db: Db,
  organizationId: string,
  id: string,
  use: { counter: number; at: Date },
): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    UPDATE authenticators SET counter = ${use.counter}, last_used_at = ${use.at}
    WHERE id = ${id} AND organization_id = ${organizationId} AND kind = 'passkey'
      AND (counter < ${use.counter} OR (counter = 0 AND ${use.counter} = 0))`)
  return count === 1
}

export async function renameAuthenticatorRecord(
  db: Db,
  owner: FactorOwner,
  id: string,
  name: string,
): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    UPDATE authenticators SET name = ${name} WHERE ${ownedBy(owner)} AND id = ${id} AND confirmed_at IS NOT NULL`)
  return count === 1
}

/** Removes one, and returns it; null when there is none. */
export async function deleteAuthenticatorRecord(
  db: Db,
  owner: FactorOwner,
  id: string,
): Promise<AuthenticatorRecord | null> {
  const [row] = await db.$queryRaw<AuthenticatorRecord[]>(sql`
    DELETE FROM authenticators WHERE ${ownedBy(owner)} AND id = ${id} AND confirmed_at IS NOT NULL
    RETURNING ${columns}`)
  return row ?? null
}

/** Removes all, unproven ones and recovery codes too. Returns how many counted. */
export async function deleteAllFactors(db: Db, owner: FactorOwner): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>(sql`
    WITH gone AS (DELETE FROM authenticators WHERE ${ownedBy(owner)} RETURNING confirmed_at),
      codes AS (DELETE FROM recovery_codes WHERE ${ownedBy(owner)})
    SELECT count(*)::int AS count FROM gone WHERE confirmed_at IS NOT NULL`)
  return row!.count
}

/** Removes secrets that were shown and never proven. */
export async function deleteUnconfirmed(db: Db, owner: FactorOwner): Promise<void> {
  await db.$executeRaw(sql`DELETE FROM authenticators WHERE ${ownedBy(owner)} AND confirmed_at IS NULL`)
}

export async function deletePastUnconfirmed(db: Db, before: Date): Promise<void> {
  await db.authenticator.deleteMany({ where: { confirmedAt: null, createdAt: { lt: before } } })
}

export async function listSealedTotpSecrets(
  db: Db,
): Promise<{ id: string; organizationId: string; secretSealed: string }[]> {
  const where = { secretSealed: { not: null } }
  const select = { id: true, organizationId: true, secretSealed: true }
  const rows = await db.authenticator.findMany({ where, select })
  return rows.map((row) => ({ ...row, secretSealed: row.secretSealed! }))
}

export async function resealTotpSecret(db: Db, id: string, from: string, to: string): Promise<void> {
  await db.authenticator.updateMany({ where: { id, secretSealed: from }, data: { secretSealed: to } })
}
