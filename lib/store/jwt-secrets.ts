import { type Db, sql } from './db.ts'
import {
  deleteSecret,
  insertSecret,
  type SecretRecord,
  type SecretTables,
  secretFields,
  touchSecret,
} from './paired-secrets.ts'

export type NewJwtSecret = {
  id: string
  connectionId: string
  secretSealed: string
  hint: string
  createdAt: Date
}

const tables: SecretTables = {
  owners: sql`connections`,
  secrets: sql`jwt_secrets`,
  ownerId: sql`connection_id`,
  kept: sql`secret_sealed`,
}

/** Oldest first. */
export function listJwtSecretRecords(db: Db, connectionId: string): Promise<SecretRecord[]> {
  return db.jwtSecret.findMany({
    where: { connectionId },
    select: secretFields,
    orderBy: { id: 'asc' },
  })
}

/** A secret as tokens are verified with it. `lastUsedAt` as the database writes it in JSON. */
export type SigningSecret = { id: string; secretSealed: string; lastUsedAt: string | null }

/** With what the tokens of a connection are judged: its secrets, newest first, and the tags of its tenant's people. */
export async function loadSigningTerms(
  db: Db,
  connectionId: string,
): Promise<{ secrets: SigningSecret[]; tagCategories: string[] }> {
  const [row] = await db.$queryRaw<{ secrets: SigningSecret[]; tagCategories: string[] }[]>(sql`
    SELECT t.tag_categories AS "tagCategories", COALESCE((
      SELECT json_agg(json_build_object('id', s.id, 'secretSealed', s.secret_sealed, 'lastUsedAt', s.last_used_at)
        ORDER BY s.id DESC)
      FROM jwt_secrets s WHERE s.connection_id = c.id), '[]') AS secrets
    FROM connections c JOIN tenants t ON t.id = c.tenant_id WHERE c.id = ${connectionId}`)
  return row ?? { secrets: [], tagCategories: [] }
}

/** Stores a further secret unless the connection has two (`full`) or is no more (`gone`). */
export function insertJwtSecret(db: Db, row: NewJwtSecret): Promise<'stored' | 'full' | 'gone'> {
  return insertSecret(db, tables, { ...row, ownerId: row.connectionId, kept: row.secretSealed })
}

/** Deletes a secret, but not the last one. */
export function deleteJwtSecretRecord(
  db: Db,
  connectionId: string,
  id: string,
): Promise<'deleted' | 'last' | 'gone'> {
  return deleteSecret(db, tables, connectionId, id, { keepLast: true })
}

/** Notes that a secret verified a token at `at`, at most once a minute. */
export function touchJwtSecret(
  db: Db,
  secret: Pick<SigningSecret, 'id' | 'lastUsedAt'>,
  at: Date,
): Promise<void> {
  return touchSecret(db, tables, secret, at)
}

/** Every sealed secret, for the job that seals anew. */
export async function listSealedJwtSecrets(
  db: Db,
): Promise<{ id: string; organizationId: string; secretSealed: string }[]> {
  return db.$queryRaw(sql`
    SELECT s.id, c.organization_id AS "organizationId", s.secret_sealed AS "secretSealed"
    FROM jwt_secrets s JOIN connections c ON c.id = s.connection_id`)
}

export async function resealJwtSecret(db: Db, id: string, from: string, to: string): Promise<void> {
  await db.jwtSecret.updateMany({ where: { id, secretSealed: from }, data: { secretSealed: to } })
}
