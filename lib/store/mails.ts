import { type Db, literalPattern, type Page, sql, toPage } from './db.ts'

/** A mail to be sent, and what became of it. Without `nextAttemptAt` it is over: sent, or given up. */
export type MailRecord = {
  id: string
  organizationId: string
  recipient: string
  subject: string
  bodySealed: string
  attempts: number
  nextAttemptAt: Date | null
  giveUpAt: Date
  sentAt: Date | null
  failedAt: Date | null
  lastError: string | null
  createdAt: Date
}

export type NewMail = Pick<
  MailRecord,
  'id' | 'organizationId' | 'recipient' | 'subject' | 'bodySealed' | 'giveUpAt' | 'createdAt'
> & { onceKey: string | null }

/** False when a mail with the same `onceKey` has been queued before. It is due at once. */
export async function insertMail(db: Db, row: NewMail): Promise<boolean> {
  const { count } = await db.mail.createMany({
    data: [{ ...row, nextAttemptAt: row.createdAt }],
    skipDuplicates: true,
  })
  return count > 0
}

const columns = sql`
  id, organization_id AS "organizationId", recipient, subject, body_sealed AS "bodySealed", attempts,
  next_attempt_at AS "nextAttemptAt", give_up_at AS "giveUpAt", sent_at AS "sentAt", failed_at AS "failedAt",
  last_error AS "lastError", created_at AS "createdAt"`

/**
 * Takes mails that are due, the longest waiting first. Until `leaseEndsAt` nobody else gets them; if nothing is heard
 * of them by then, they are due again. One statement, so any number of instances may share the work.
 */
export function claimDueMails(db: Db, now: Date, leaseEndsAt: Date, limit: number): Promise<MailRecord[]> {
  return db.$queryRaw<MailRecord[]>(sql`
    UPDATE mails SET next_attempt_at = ${leaseEndsAt}
    WHERE id IN (
      SELECT id FROM mails WHERE next_attempt_at <= ${now} ORDER BY next_attempt_at LIMIT ${limit}
      FOR UPDATE SKIP LOCKED)
    RETURNING ${columns}`)
}

export type MailOutcome =
  | { kind: 'sent'; at: Date }
  | { kind: 'retry'; nextAttemptAt: Date; lastError: string }
  | { kind: 'failed'; at: Date; lastError: string; tried: boolean }

/** Records what became of a claimed mail. False when the lease has run out and somebody else has it by now. */
export async function recordMailOutcome(db: Db, claimed: MailRecord, outcome: MailOutcome): Promise<boolean> {
  const tried = outcome.kind !== 'failed' || outcome.tried
  const { count } = await db.mail.updateMany({
    where: { id: claimed.id, nextAttemptAt: claimed.nextAttemptAt },
    data: {
      attempts: { increment: tried ? 1 : 0 },
      nextAttemptAt: outcome.kind === 'retry' ? outcome.nextAttemptAt : null,
      sentAt: outcome.kind === 'sent' ? outcome.at : undefined,
      failedAt: outcome.kind === 'failed' ? outcome.at : undefined,
      lastError: outcome.kind === 'sent' ? null : outcome.lastError,
    },
  })
  return count > 0
}

/** Makes a mail due again, with all its attempts. Null when there is none of that id in the organization. */
export async function renewMail(
  db: Db,
  organizationId: string,
  id: string,
  now: Date,
  giveUpAt: Date,
): Promise<MailRecord | null> {
  const rows = await db.mail.updateManyAndReturn({
    where: { id, organizationId },
    data: { attempts: 0, nextAttemptAt: now, giveUpAt, sentAt: null, failedAt: null, lastError: null },
  })
  return rows[0] ?? null
}

/** One page, newest first; `query` looks into recipient and subject. */
export async function listMailRecords(
  db: Db,
  organizationId: string,
  options: { query?: string; state?: 'waiting' | 'sent' | 'failed'; cursor?: string; limit: number },
): Promise<Page<MailRecord>> {
  const { query, state } = options
  const rows = await db.mail.findMany({
    where: {
      organizationId,
      ...(query && {
        OR: (['recipient', 'subject'] as const).map((field) => ({
          [field]: { contains: literalPattern(query), mode: 'insensitive' as const },
        })),
      }),
      ...(state === 'waiting' && { sentAt: null, failedAt: null }),
      ...(state === 'sent' && { sentAt: { not: null } }),
      ...(state === 'failed' && { failedAt: { not: null } }),
      ...(options.cursor && { id: { lt: options.cursor } }),
    },
    orderBy: { id: 'desc' },
    take: options.limit + 1,
  })
  return toPage(rows, options.limit)
}

/** How far the mails of these keys have come. */
export async function findMailsByOnceKey(
  db: Db,
  organizationId: string,
  onceKeys: string[],
): Promise<(Pick<MailRecord, 'sentAt' | 'failedAt' | 'lastError'> & { onceKey: string })[]> {
  const rows = await db.mail.findMany({
    where: { organizationId, onceKey: { in: onceKeys } },
    select: { onceKey: true, sentAt: true, failedAt: true, lastError: true },
  })
  return rows.map((row) => ({ ...row, onceKey: row.onceKey! }))
}

export async function deleteOldMails(db: Db, before: Date): Promise<number> {
  const { count } = await db.mail.deleteMany({ where: { createdAt: { lt: before } } })
  return count
}

/** Every sealed body, for the job that seals anew. */
export function listSealedMailBodies(
  db: Db,
): Promise<{ id: string; organizationId: string; bodySealed: string }[]> {
  return db.mail.findMany({ select: { id: true, organizationId: true, bodySealed: true } })
}

export async function resealMailBody(db: Db, id: string, from: string, to: string): Promise<void> {
  await db.mail.updateMany({ where: { id, bodySealed: from }, data: { bodySealed: to } })
}
