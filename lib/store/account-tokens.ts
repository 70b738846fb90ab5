import { type Db, type Json, sql } from './db.ts'

/** Tokens in mails, and steps of our own pages that are taken once and soon. Only the hash of a token rests here. */

export type AccountTokenPurpose =
  /** Links in mails: to finish making an account, to choose a new password, to file a request to join. */
  | 'register'
  | 'reset-password'
  | 'join'
  /** Invitation of a member to the portal, and a member's link to choose a new password. */
  | 'member-invitation'
  | 'member-reset-password'
  /** What waits between two requests of one browser: the second step of a sign-in, a passkey's challenge. */
  | 'second-step'
  | 'passkey-challenge'
  | 'member-second-step'
  | 'member-passkey-challenge'
  /** A member links or uses their identity at the portal's connection. */
  | 'member-sso'

export type AccountTokenRecord = {
  organizationId: string
  purpose: AccountTokenPurpose
  /** The user or member it is about; null where there is none yet. */
  subjectId: string | null
  email: string | null
  data: unknown
  createdAt: Date
  expiresAt: Date
}

export async function insertAccountToken(
  db: Db,
  row: Omit<AccountTokenRecord, 'data'> & { tokenHash: string; data: Json },
): Promise<void> {
  await db.$executeRaw(sql`
    INSERT INTO account_tokens (token_hash, organization_id, purpose, subject_id, email, data, created_at, expires_at)
    VALUES (${row.tokenHash}, ${row.organizationId}, ${row.purpose}, ${row.subjectId}, ${row.email},
      ${JSON.stringify(row.data)}::jsonb, ${row.createdAt}, ${row.expiresAt})`)
}

const columns = sql`organization_id AS "organizationId", purpose, subject_id AS "subjectId", email, data,
  created_at AS "createdAt", expires_at AS "expiresAt"`

type Which = { organizationId: string; purpose: AccountTokenPurpose; tokenHash: string }

/** To show the page a link leads to; null when there is none or it has expired. */
export async function findAccountToken(db: Db, which: Which, now: Date): Promise<AccountTokenRecord | null> {
  const [row] = await db.$queryRaw<AccountTokenRecord[]>(sql`
    SELECT ${columns} FROM account_tokens
    WHERE token_hash = ${which.tokenHash} AND organization_id = ${which.organizationId}
      AND purpose = ${which.purpose} AND expires_at > ${now}`)
  return row ?? null
}

/** Takes the token out of the database. One statement: of any number of callers one gets it. Null as above. */
export async function takeAccountToken(db: Db, which: Which, now: Date): Promise<AccountTokenRecord | null> {
  const [row] = await db.$queryRaw<AccountTokenRecord[]>(sql`
    DELETE FROM account_tokens
    WHERE token_hash = ${which.tokenHash} AND organization_id = ${which.organizationId}
      AND purpose = ${which.purpose} AND expires_at > ${now}
    RETURNING ${columns}`)
  return row ?? null
}

/** Makes worthless what was sent to the user or member before. */
export async function deleteAccountTokensOf(
  db: Db,
  which: { organizationId: string; subjectId: string; purposes: AccountTokenPurpose[] },
): Promise<void> {
  await db.accountToken.deleteMany({
    where: {
      organizationId: which.organizationId,
      subjectId: which.subjectId,
      purpose: { in: which.purposes },
    },
  })
}

export async function deletePastAccountTokens(db: Db, before: Date): Promise<void> {
  await db.accountToken.deleteMany({ where: { expiresAt: { lt: before } } })
}
