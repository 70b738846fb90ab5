import { secondsAfter } from '../base/clock.ts'
import { type Db, sql } from './db.ts'

export type NewJwtSecret = {
  id: string
  connectionId: string
  secretSealed: string
  hint: string
  createdAt: Date
}

/** A secret as people tell it from another. */
export type JwtSecretRecord = Pick<NewJwtSecret, 'id' | 'hint' | 'createdAt'> & { lastUsedAt: Date | null }

/** Oldest first. */
export function listJwtSecretRecords(db: Db, connectionId: string): Promise<JwtSecretRecord[]> {
  return db.jwtSecret.findMany({
    where: { connectionId },
    select: { id: true, hint: true, createdAt: true, lastUsedAt: true },
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

/**
 * Stores a further secret unless the connection has two (`full`) or is no more (`gone`). The statement that inserts
 * takes the connection as it was when its secrets were counted (its row version, `xmin`) and gives it a new version: of
 * two that counted the same, one counts again.
 */
export async function insertJwtSecret(db: Db, row: NewJwtSecret): Promise<'stored' | 'full' | 'gone'> {
  for (;;) {
    const [seen] = await db.$queryRaw<{ version: string; secrets: number }[]>(sql`
      SELECT c.xmin::text AS version,
        (SELECT count(*)::int FROM jwt_secrets s WHERE s.connection_id = c.id) AS secrets
      FROM connections c WHERE c.id = ${row.connectionId}`)
    if (!seen) return 'gone'
    if (seen.secrets >= 2) return 'full'
    const count = await db.$executeRaw(sql`
      WITH connection AS (
        UPDATE connections SET updated_at = GREATEST(updated_at, ${row.createdAt})
        WHERE id = ${row.connectionId} AND xmin::text = ${seen.version} RETURNING id
      )
      INSERT INTO jwt_secrets (id, connection_id, secret_sealed, hint, created_at)
      SELECT ${row.id}, connection.id, ${row.secretSealed}, ${row.hint}, ${row.createdAt} FROM connection`)
    if (count === 1) return 'stored'
  }
}

/**
 * Deletes a secret, but not the last one. All secrets of the connection are locked first, so that of two who delete one
 * each the second sees what the first has left.
 */
export async function deleteJwtSecretRecord(
  db: Db,
  connectionId: string,
  id: string,
): Promise<'deleted' | 'last' | 'gone'> {
  const [row] = await db.$queryRaw<{ found: boolean; deleted: boolean }[]>(sql`
    WITH held AS (
      SELECT id FROM jwt_secrets WHERE connection_id = ${connectionId} ORDER BY id FOR UPDATE
    ), deleted AS (
      DELETE FROM jwt_secrets
      WHERE id = ${id} AND id IN (SELECT id FROM held) AND (SELECT count(*) FROM held) > 1
      RETURNING id
    )
    SELECT EXISTS (SELECT FROM held WHERE id = ${id}) AS found, EXISTS (SELECT FROM deleted) AS deleted`)
  if (row!.deleted) return 'deleted'
  return row!.found ? 'last' : 'gone'
}

/** Notes that a secret verified a token at `at`, at most once a minute. As it was read a moment ago, most uses ask nothing of the database. */
export async function touchJwtSecret(
  db: Db,
  { id, lastUsedAt }: Pick<SigningSecret, 'id' | 'lastUsedAt'>,
  at: Date,
): Promise<void> {
  if (lastUsedAt !== null && new Date(lastUsedAt) > secondsAfter(at, -60)) return
  await db.$executeRaw(sql`
    UPDATE jwt_secrets SET last_used_at = ${at}
    WHERE id = ${id} AND (last_used_at IS NULL OR last_used_at <= ${secondsAfter(at, -60)})`)
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
