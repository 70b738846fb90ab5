import { secondsAfter } from '../base/clock.ts'
import { type Db, sql } from './db.ts'

// Secrets of which an owner has two at most, so that one can be exchanged while the other works.

/** The table of the owners, that of their secrets, and there the columns of the owner and of what is kept of the secret. */
export type SecretTables = Record<'owners' | 'secrets' | 'ownerId' | 'kept', ReturnType<typeof sql>>

/** A secret as people tell it from another. */
export type SecretRecord = { id: string; hint: string; createdAt: Date; lastUsedAt: Date | null }

/** What `SecretRecord` is read by. */
export const secretFields = { id: true, hint: true, createdAt: true, lastUsedAt: true } as const

/**
 * Stores a further secret unless the owner has two (`full`) or is no more (`gone`). The statement that inserts takes the
 * owner as it was when its secrets were counted (its row version, `xmin`) and gives it a new version: of two that counted
 * the same, one counts again.
 */
export async function insertSecret(
  db: Db,
  { owners, secrets, ownerId, kept }: SecretTables,
  row: { id: string; ownerId: string; kept: string; hint: string; createdAt: Date },
): Promise<'stored' | 'full' | 'gone'> {
  for (;;) {
    const [seen] = await db.$queryRaw<{ version: string; secrets: number }[]>(sql`
      SELECT o.xmin::text AS version,
        (SELECT count(*)::int FROM ${secrets} s WHERE s.${ownerId} = o.id) AS secrets
      FROM ${owners} o WHERE o.id = ${row.ownerId}`)
    if (!seen) return 'gone'
    if (seen.secrets >= 2) return 'full'
    const count = await db.$executeRaw(sql`
      WITH owner AS (
        UPDATE ${owners} SET updated_at = GREATEST(updated_at, ${row.createdAt})
        WHERE id = ${row.ownerId} AND xmin::text = ${seen.version} RETURNING id
      )
      INSERT INTO ${secrets} (id, ${ownerId}, ${kept}, hint, created_at)
      SELECT ${row.id}, owner.id, ${row.kept}, ${row.hint}, ${row.createdAt} FROM owner`)
    if (count === 1) return 'stored'
  }
}

/**
 * Deletes a secret; with `keepLast` not the last one. All secrets of the owner are locked first, so that of two who
 * delete one each the second sees what the first has left.
 */
export async function deleteSecret(
  db: Db,
  { secrets, ownerId }: SecretTables,
  owner: string,
  id: string,
  { keepLast }: { keepLast: boolean },
): Promise<'deleted' | 'last' | 'gone'> {
  const [row] = await db.$queryRaw<{ found: boolean; deleted: boolean }[]>(sql`
    WITH held AS (
      SELECT id FROM ${secrets} WHERE ${ownerId} = ${owner} ORDER BY id FOR UPDATE
    ), deleted AS (
      DELETE FROM ${secrets}
      WHERE id = ${id} AND id IN (SELECT id FROM held) AND (NOT ${keepLast} OR (SELECT count(*) FROM held) > 1)
      RETURNING id
    )
    SELECT EXISTS (SELECT FROM held WHERE id = ${id}) AS found, EXISTS (SELECT FROM deleted) AS deleted`)
  if (row!.deleted) return 'deleted'
  return row!.found ? 'last' : 'gone'
}

/**
 * Notes that a secret was used at `at`, at most once a minute. As it was read a moment ago (`lastUsedAt` as the database
 * writes it in JSON), most uses ask nothing of the database.
 */
export async function touchSecret(
  db: Db,
  { secrets }: SecretTables,
  { id, lastUsedAt }: { id: string; lastUsedAt: string | null },
  at: Date,
): Promise<void> {
  if (lastUsedAt !== null && new Date(lastUsedAt) > secondsAfter(at, -60)) return
  await db.$executeRaw(sql`
    UPDATE ${secrets} SET last_used_at = ${at}
    WHERE id = ${id} AND (last_used_at IS NULL OR last_used_at <= ${secondsAfter(at, -60)})`)
}
