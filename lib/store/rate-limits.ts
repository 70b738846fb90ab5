import { sha256 } from '../base/encoding.ts'
import { type Db, sql } from './db.ts'

/**
 * Counts one attempt under `key` in a fixed window and returns how many there were in it, this one included,
 * and when the window ends. Keys are kept as hashes: they hold what strangers typed. One statement, so it holds under parallel requests and on every instance.
 */
export async function countAttempt(
  db: Db,
  key: string,
  windowSeconds: number,
  now: Date,
): Promise<{ count: number; resetAt: Date }> {
  const resetAt = new Date(now.getTime() + windowSeconds * 1000)
  const [row] = await db.$queryRaw<{ count: number; resetAt: Date }[]>(sql`
    INSERT INTO rate_limits (key, count, reset_at) VALUES (${sha256(key)}, 1, ${resetAt})
    ON CONFLICT (key) DO UPDATE SET
      count = CASE WHEN rate_limits.reset_at <= ${now} THEN 1 ELSE rate_limits.count + 1 END,
      reset_at = CASE WHEN rate_limits.reset_at <= ${now} THEN ${resetAt} ELSE rate_limits.reset_at END
    RETURNING count, reset_at AS "resetAt"`)
  return row!
}

/** Takes one attempt under `key` back: it turned out not to be one that counts. */
export async function takeBackAttempt(db: Db, key: string): Promise<void> {
  await db.$executeRaw(sql`UPDATE rate_limits SET count = count - 1 WHERE key = ${sha256(key)} AND count > 0`)
}

/** Forgets the attempts under `key`, after one that succeeded. */
export async function clearAttempts(db: Db, key: string): Promise<void> {
  await db.rateLimit.deleteMany({ where: { key: sha256(key) } })
}

export async function deletePastRateLimits(db: Db, now: Date): Promise<number> {
  const { count } = await db.rateLimit.deleteMany({ where: { resetAt: { lt: now } } })
  return count
}
