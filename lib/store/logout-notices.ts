import { type Db, sql } from './db.ts'

/** A notice taken to be sent, with whom it goes to and whose it is. `attempts` counts this one. */
export type ClaimedNotice = {
  id: string
  organizationId: string
  /** Host the organization is served under. */
  host: string
  applicationId: string
  applicationName: string
  clientId: string
  /** Null when the application has stopped asking since. */
  backchannelLogoutUrl: string | null
  sessionId: string
  subject: string
  attempts: number
}

/**
 * Takes notices whose time has come, oldest first, and puts their next attempt off to `leaseUntil`: of any number of
 * instances each gets others, and what an instance took and never finished comes again.
 */
export function claimLogoutNotices(
  db: Db,
  limits: { now: Date; leaseUntil: Date; count: number },
): Promise<ClaimedNotice[]> {
  return db.$queryRaw<ClaimedNotice[]>(sql`
    WITH due AS (
      SELECT id FROM logout_notices
      WHERE next_attempt_at <= ${limits.now} AND delivered_at IS NULL AND failed_at IS NULL
      ORDER BY next_attempt_at, id LIMIT ${limits.count} FOR UPDATE SKIP LOCKED
    ), taken AS (
      UPDATE logout_notices n SET attempts = n.attempts + 1, next_attempt_at = ${limits.leaseUntil}
      FROM due WHERE n.id = due.id
      RETURNING n.*
    )
    SELECT n.id, n.organization_id AS "organizationId", o.host, n.application_id AS "applicationId",
      a.name AS "applicationName", a.client_id AS "clientId", a.backchannel_logout_url AS "backchannelLogoutUrl",
      n.session_id AS "sessionId", n.subject, n.attempts
    FROM taken n JOIN applications a ON a.id = n.application_id JOIN organizations o ON o.id = n.organization_id
    ORDER BY n.id`)
}

/** What became of an attempt: heard, to be tried again at `nextAttemptAt`, or given up. */
export type NoticeOutcome =
  | { deliveredAt: Date }
  | { nextAttemptAt: Date; lastError: string }
  | { failedAt: Date; lastError: string }

/** Writes down an attempt, unless another instance has made the next one meanwhile. Whether it was written. */
export async function settleLogoutNotice(
  db: Db,
  notice: Pick<ClaimedNotice, 'id' | 'attempts'>,
  outcome: NoticeOutcome,
): Promise<boolean> {
  const { count } = await db.logoutNotice.updateMany({
    where: { id: notice.id, attempts: notice.attempts, deliveredAt: null, failedAt: null },
    data: outcome,
  })
  return count === 1
}

/** A logout an application has not heard of yet, or never will. */
export type MissedNotice = {
  id: string
  applicationId: string
  clientId: string
  applicationName: string
  attempts: number
  /** Null once it was given up. */
  nextAttemptAt: Date | null
  failedAt: Date | null
  lastError: string
  createdAt: Date
}

/** The newest logouts of the organization that an application did not take, up to `limit`. */
export async function listMissedNotices(
  db: Db,
  organizationId: string,
  limit: number,
): Promise<MissedNotice[]> {
  const rows = await db.logoutNotice.findMany({
    where: { organizationId, deliveredAt: null, lastError: { not: null } },
    include: { application: { select: { name: true, clientId: true } } },
    orderBy: { id: 'desc' },
    take: limit,
  })
  return rows.map(({ application, nextAttemptAt, lastError, ...row }) => ({
    id: row.id,
    applicationId: row.applicationId,
    clientId: application.clientId,
    applicationName: application.name,
    attempts: row.attempts,
    nextAttemptAt: row.failedAt ? null : nextAttemptAt,
    failedAt: row.failedAt,
    lastError: lastError ?? '',
    createdAt: row.createdAt,
  }))
}

/** Removes notices that were heard, and those given up before `failedBefore`. */
export async function deleteSettledNotices(
  db: Db,
  before: { deliveredBefore: Date; failedBefore: Date },
): Promise<void> {
  await db.logoutNotice.deleteMany({
    where: {
      OR: [{ deliveredAt: { lt: before.deliveredBefore } }, { failedAt: { lt: before.failedBefore } }],
    },
  })
}
