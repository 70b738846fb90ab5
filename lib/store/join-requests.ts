import { type Db, emptySql, literalPattern, type Page, sql, toPage } from './db.ts'
import type { UserStatus } from './users.ts'

export type JoinRequestStatus = 'pending' | 'approved' | 'rejected'

/** Somebody who asks to become a user of a tenant, with what is known of them while their user is there. */
export type JoinRequestRecord = {
  id: string
  organizationId: string
  tenantId: string
  /** Slug. */
  tenant: string
  tenantName: string
  /** `pending` until it is decided; null once rejected or deleted. */
  userId: string | null
  userStatus: UserStatus | null
  firstName: string | null
  lastName: string | null
  username: string | null
  /** The connection that described them; null for a request made at our page, and once it is deleted. */
  connection: { clientId: string; name: string } | null
  subject: string | null
  email: string
  /** What the person wrote. */
  note: string | null
  /** What the admin who decided wrote to them. */
  decisionNote: string | null
  source: 'sign-in' | 'page'
  status: JoinRequestStatus
  decidedBy: string | null
  decidedAt: Date | null
  createdAt: Date
}

/** Columns of a request under the aliases j, t (its tenant), u (its user, if any) and c (its connection, if any). */
const columns = sql`
  j.id, j.organization_id AS "organizationId", j.tenant_id AS "tenantId", t.slug AS tenant, t.name AS "tenantName",
  j.user_id AS "userId", u.status AS "userStatus", u.first_name AS "firstName", u.last_name AS "lastName", u.username,
  CASE WHEN c.id IS NOT NULL THEN
    json_build_object('clientId', c.client_id, 'name', COALESCE(c.name, c.upstream_id)) END AS connection,
  j.subject, j.email, j.note, j.decision_note AS "decisionNote", j.source, j.status, j.decided_by AS "decidedBy",
  j.decided_at AS "decidedAt", j.created_at AS "createdAt"`

const joins = sql`
  FROM join_requests j JOIN tenants t ON t.id = j.tenant_id
  LEFT JOIN users u ON u.id = j.user_id LEFT JOIN connections c ON c.id = j.connection_id`

export type NewJoinRequest = {
  id: string
  organizationId: string
  tenantId: string
  /** Id of the user who waits with it. */
  userId: string
  email: string
  emailKey: string
  firstName: string | null
  lastName: string | null
  note: string | null
  at: Date
}

/**
 * Files the request of somebody who has read mail at the address, with a user who is `pending`. One statement: of any
 * number of callers one files it. False when the tenant has a user of that address, has rejected one before, or takes
 * no requests.
 */
export async function insertJoinRequest(db: Db, row: NewJoinRequest): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    WITH person AS (
      INSERT INTO users (id, organization_id, tenant_id, email, email_key, first_name, last_name, status, tags,
        attributes, email_verified_at, created_at, updated_at)
      SELECT ${row.userId}, t.organization_id, t.id, ${row.email}, ${row.emailKey}, ${row.firstName}, ${row.lastName},
        'pending', '{}', '{}', ${row.at}, ${row.at}, ${row.at}
      FROM tenants t
      WHERE t.id = ${row.tenantId} AND t.organization_id = ${row.organizationId} AND t.join_requests_enabled
        AND NOT EXISTS (
          SELECT FROM join_requests earlier
          WHERE earlier.tenant_id = t.id AND earlier.email_key = ${row.emailKey} AND earlier.status = 'rejected')
      ON CONFLICT (tenant_id, email_key) DO NOTHING
      RETURNING id
    )
    INSERT INTO join_requests (id, organization_id, tenant_id, user_id, email, email_key, note, source, status, created_at)
    SELECT ${row.id}, ${row.organizationId}, ${row.tenantId}, person.id, ${row.email}, ${row.emailKey}, ${row.note},
      'page', 'pending', ${row.at}
    FROM person`)
  return count > 0
}

export async function findJoinRequest(
  db: Db,
  organizationId: string,
  id: string,
): Promise<JoinRequestRecord | null> {
  const [row] = await db.$queryRaw<JoinRequestRecord[]>(sql`
    SELECT ${columns} ${joins} WHERE j.id = ${id} AND j.organization_id = ${organizationId}`)
  return row ?? null
}

/** Whether the tenant has turned the address away, and nobody has taken that back. */
export async function wasRejected(db: Db, tenantId: string, emailKey: string): Promise<boolean> {
  const row = await db.joinRequest.findFirst({
    where: { tenantId, emailKey, status: 'rejected' },
    select: { id: true },
  })
  return row !== null
}

/** Requests of the organization, newest first; `query` looks into the address. */
export async function listJoinRequestRecords(
  db: Db,
  organizationId: string,
  options: { tenantId?: string; status?: JoinRequestStatus; query?: string; cursor?: string; limit: number },
): Promise<Page<JoinRequestRecord>> {
  const { tenantId, status, query, cursor, limit } = options
  const rows = await db.$queryRaw<JoinRequestRecord[]>(sql`
    SELECT ${columns} ${joins}
    WHERE j.organization_id = ${organizationId}
      ${tenantId === undefined ? emptySql : sql`AND j.tenant_id = ${tenantId}`}
      ${status === undefined ? emptySql : sql`AND j.status = ${status}`}
      ${query ? sql`AND j.email ILIKE ${`%${literalPattern(query)}%`}` : emptySql}
      ${cursor === undefined ? emptySql : sql`AND j.id < ${cursor}`}
    ORDER BY j.id DESC LIMIT ${limit + 1}`)
  return toPage(rows, limit)
}

export type Decision = { organizationId: string; id: string; by: string; at: Date }

/** The invitation by which somebody who was let in chooses a password. */
export type EntryInvitation = { id: string; tokenHash: string; expiresAt: Date }

export type Approval = {
  /** Where the token went: the person has no password, and may have one. Null when they need none. */
  invitationId: string | null
}

/**
 * Lets somebody in: the request is approved and its user active. Whoever asked at our page, has no password and may use
 * one is given `invitation` to choose it; one that is open is sent anew. One statement: null when the request is
 * decided, or its user is not there to be let in.
 */
export async function approvePendingRequest(
  db: Db,
  { organizationId, id, by, at }: Decision,
  invitation: EntryInvitation,
): Promise<Approval | null> {
  const [row] = await db.$queryRaw<Approval[]>(sql`
    WITH approved AS (
      UPDATE join_requests j SET status = 'approved', decided_by = ${by}, decided_at = ${at}
      WHERE j.id = ${id} AND j.organization_id = ${organizationId} AND j.status = 'pending' AND EXISTS (
        SELECT FROM users u WHERE u.id = j.user_id AND u.status IN ('pending', 'invited', 'active'))
      RETURNING j.organization_id, j.tenant_id, j.user_id, j.source, j.email
    ),
    entered AS (
      UPDATE users SET status = 'active', updated_at = ${at}
      FROM approved WHERE users.id = approved.user_id AND users.status IN ('pending', 'invited')
    ),
    asked AS (
      INSERT INTO invitations (id, organization_id, tenant_id, user_id, email, token_hash, status, invited_by, sent_at,
        expires_at, created_at)
      SELECT ${invitation.id}, a.organization_id, a.tenant_id, u.id, u.email, ${invitation.tokenHash}, 'pending', ${by},
        ${at}, ${invitation.expiresAt}, ${at}
      FROM approved a JOIN users u ON u.id = a.user_id JOIN tenants t ON t.id = a.tenant_id
      WHERE a.source = 'page' AND u.email = a.email AND u.password_hash IS NULL AND t.password_sign_in AND NOT t.enforce_sso
      ON CONFLICT (user_id) WHERE status = 'pending' DO UPDATE SET email = excluded.email,
        token_hash = excluded.token_hash, invited_by = excluded.invited_by, sent_at = excluded.sent_at,
        expires_at = excluded.expires_at
      RETURNING id
    )
    SELECT (SELECT id FROM asked) AS "invitationId" FROM approved`)
  return row ?? null
}

/** Turns somebody away: the request stands as rejected, their user is gone. False when it is decided already. */
export async function rejectPendingRequest(
  db: Db,
  { organizationId, id, by, at, note }: Decision & { note: string | null },
): Promise<boolean> {
  const rows = await db.$queryRaw<{ id: string }[]>(sql`
    WITH rejected AS (
      UPDATE join_requests SET status = 'rejected', decided_by = ${by}, decided_at = ${at}, decision_note = ${note}
      WHERE id = ${id} AND organization_id = ${organizationId} AND status = 'pending'
      RETURNING id, user_id
    ),
    removed AS (
      DELETE FROM users USING rejected WHERE users.id = rejected.user_id AND users.status = 'pending'
    )
    SELECT id FROM rejected`)
  return rows.length > 0
}

/** Deletes a request, and its user while it is undecided: the person may ask again. False when there is none. */
export async function deleteJoinRequestRecord(db: Db, organizationId: string, id: string): Promise<boolean> {
  const rows = await db.$queryRaw<{ id: string }[]>(sql`
    WITH deleted AS (
      DELETE FROM join_requests WHERE id = ${id} AND organization_id = ${organizationId}
      RETURNING id, user_id, status
    ),
    removed AS (
      DELETE FROM users USING deleted
      WHERE users.id = deleted.user_id AND deleted.status = 'pending' AND users.status = 'pending'
    )
    SELECT id FROM deleted`)
  return rows.length > 0
}

/** How many requests of the organization are undecided; counted up to `atMost`. */
export async function countPendingJoinRequests(
  db: Db,
  organizationId: string,
  atMost: number,
): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>(sql`
    SELECT count(*)::int AS count FROM (
      SELECT FROM join_requests WHERE organization_id = ${organizationId} AND status = 'pending' LIMIT ${atMost}
    ) AS waiting`)
  return row!.count
}
