import { type Db, emptySql, literalPattern, type Page, sql, toPage } from './db.ts'
import type { UserStatus } from './users.ts'

/** `pending` and past `expiresAt` is what people call expired. */
export type InvitationRecord = {
  id: string
  organizationId: string
  tenantId: string
  /** Slug. */
  tenant: string
  tenantName: string
  /** Null once the user is deleted. */
  userId: string | null
  email: string
  /** Names; those that are there on acceptance count. */
  namespaces: string[]
  status: 'pending' | 'accepted' | 'revoked'
  invitedBy: string
  sentAt: Date
  expiresAt: Date
  acceptedAt: Date | null
  revokedAt: Date | null
  createdAt: Date
}

/** Columns of an invitation under the aliases i and t (its tenant). */
const columns = sql`
  i.id, i.organization_id AS "organizationId", i.tenant_id AS "tenantId", t.slug AS tenant, t.name AS "tenantName",
  i.user_id AS "userId", i.email, i.namespaces, i.status, i.invited_by AS "invitedBy", i.sent_at AS "sentAt",
  i.expires_at AS "expiresAt", i.accepted_at AS "acceptedAt", i.revoked_at AS "revokedAt", i.created_at AS "createdAt"`

const joins = sql`FROM invitations i JOIN tenants t ON t.id = i.tenant_id`

/**
 * Whom an open invitation i still leads to, u: somebody who is invited, or was let in without a password yet, under the
 * address it was sent to. Whoever reads mail at an earlier address of theirs gets nowhere.
 */
const stillFor = sql`u.id = i.user_id AND u.email = i.email
  AND (u.status = 'invited' OR (u.status = 'active' AND u.password_hash IS NULL))`

export type NewInvitation = {
  id: string
  organizationId: string
  tenantId: string
  email: string
  emailKey: string
  firstName: string | null
  lastName: string | null
  /** Id of the user, should there be none with that address. */
  userId: string
  namespaces: string[]
  tokenHash: string
  invitedBy: string
  sentAt: Date
  expiresAt: Date
}

/**
 * Invites somebody: their user is made, `invited`, or taken when it is that already. An invitation of theirs that has
 * expired, or went to an earlier address, is this one from now on. One statement: of any number of callers one gets the
 * id of the invitation. Null when the address belongs to a user who is something else, or who has an open invitation.
 */
export async function insertInvitation(db: Db, row: NewInvitation): Promise<string | null> {
  // Asked twice: callers of the same moment do not see each other's rows, but meet at the index over open invitations.
  const [inserted] = await db.$queryRaw<{ id: string }[]>(sql`
    WITH person AS (
      INSERT INTO users (id, organization_id, tenant_id, email, email_key, first_name, last_name, status, tags,
        attributes, created_at, updated_at)
      VALUES (${row.userId}, ${row.organizationId}, ${row.tenantId}, ${row.email}, ${row.emailKey}, ${row.firstName},
        ${row.lastName}, 'invited', '{}', '{}', ${row.sentAt}, ${row.sentAt})
      ON CONFLICT (tenant_id, email_key) DO UPDATE SET updated_at = excluded.updated_at
        WHERE users.status = 'invited' AND NOT EXISTS (
          SELECT FROM invitations i WHERE i.user_id = users.id AND i.email = users.email AND i.status = 'pending'
            AND i.expires_at > ${row.sentAt})
      RETURNING id, email
    )
    INSERT INTO invitations AS i (id, organization_id, tenant_id, user_id, email, namespaces, token_hash, status,
      invited_by, sent_at, expires_at, created_at)
    SELECT ${row.id}, ${row.organizationId}, ${row.tenantId}, person.id, person.email, ${row.namespaces}::text[],
      ${row.tokenHash}, 'pending', ${row.invitedBy}, ${row.sentAt}, ${row.expiresAt}, ${row.sentAt}
    FROM person
    ON CONFLICT (user_id) WHERE status = 'pending' DO UPDATE SET email = excluded.email,
      namespaces = excluded.namespaces, token_hash = excluded.token_hash, invited_by = excluded.invited_by,
      sent_at = excluded.sent_at, expires_at = excluded.expires_at
    WHERE i.expires_at <= excluded.sent_at OR i.email <> excluded.email
    RETURNING i.id`)
  return inserted?.id ?? null
}

export async function findInvitation(
  db: Db,
  organizationId: string,
  id: string,
): Promise<InvitationRecord | null> {
  const [row] = await db.$queryRaw<InvitationRecord[]>(sql`
    SELECT ${columns} ${joins} WHERE i.id = ${id} AND i.organization_id = ${organizationId}`)
  return row ?? null
}

export type InvitationState = 'pending' | 'expired' | 'accepted' | 'revoked'

/** Invitations of the organization, newest first; `query` looks into the address. */
export async function listInvitationRecords(
  db: Db,
  organizationId: string,
  options: {
    tenantId?: string
    state?: InvitationState
    query?: string
    cursor?: string
    limit: number
    now: Date
  },
): Promise<Page<InvitationRecord>> {
  const { tenantId, state, query, cursor, limit, now } = options
  const inState = {
    pending: sql`AND i.status = 'pending' AND i.expires_at > ${now}`,
    expired: sql`AND i.status = 'pending' AND i.expires_at <= ${now}`,
    accepted: sql`AND i.status = 'accepted'`,
    revoked: sql`AND i.status = 'revoked'`,
  }
  const rows = await db.$queryRaw<InvitationRecord[]>(sql`
    SELECT ${columns} ${joins}
    WHERE i.organization_id = ${organizationId}
      ${tenantId === undefined ? emptySql : sql`AND i.tenant_id = ${tenantId}`}
      ${state === undefined ? emptySql : inState[state]}
      ${query ? sql`AND i.email ILIKE ${`%${literalPattern(query)}%`}` : emptySql}
      ${cursor === undefined ? emptySql : sql`AND i.id < ${cursor}`}
    ORDER BY i.id DESC LIMIT ${limit + 1}`)
  return toPage(rows, limit)
}

/** Puts another token in place of the one before. False when the invitation is not open, or leads to nobody any more. */
export async function renewInvitation(
  db: Db,
  which: { organizationId: string; id: string },
  link: { tokenHash: string; sentAt: Date; expiresAt: Date },
): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    UPDATE invitations i SET token_hash = ${link.tokenHash}, sent_at = ${link.sentAt}, expires_at = ${link.expiresAt}
    FROM users u
    WHERE i.id = ${which.id} AND i.organization_id = ${which.organizationId} AND i.status = 'pending' AND ${stillFor}`)
  return count > 0
}

/**
 * Takes an open invitation back, and with it the user when nothing but this invitation made them one. False when it is
 * not open.
 */
export async function revokeOpenInvitation(
  db: Db,
  which: { organizationId: string; id: string },
  at: Date,
): Promise<boolean> {
  const rows = await db.$queryRaw<{ id: string }[]>(sql`
    WITH revoked AS (
      UPDATE invitations SET status = 'revoked', revoked_at = ${at}, token_hash = NULL
      WHERE id = ${which.id} AND organization_id = ${which.organizationId} AND status = 'pending'
      RETURNING id, user_id
    ),
    removed AS (
      DELETE FROM users u USING revoked WHERE u.id = revoked.user_id AND u.status = 'invited'
    )
    SELECT id FROM revoked`)
  return rows.length > 0
}

/** An invitation a link leads to, with whom it is for and how they may sign in. */
export type OpenInvitation = InvitationRecord & {
  userId: string
  firstName: string | null
  lastName: string | null
  passwordSignIn: boolean
}

/** The open invitation of a token, expired or not; null when there is none any more. */
export async function findOpenInvitation(
  db: Db,
  which: { organizationId: string; tokenHash: string },
): Promise<OpenInvitation | null> {
  const [row] = await db.$queryRaw<OpenInvitation[]>(sql`
    SELECT ${columns}, u.first_name AS "firstName", u.last_name AS "lastName",
      t.password_sign_in AND NOT t.enforce_sso AS "passwordSignIn"
    ${joins} JOIN users u ON ${stillFor}
    WHERE i.token_hash = ${which.tokenHash} AND i.organization_id = ${which.organizationId} AND i.status = 'pending'`)
  return row ?? null
}

/**
 * Accepts an invitation with a password: the user is active, has read mail at their address, and is in the namespaces of
 * the invitation. One statement: of any number of callers one gets the id of the user. Null also when it has expired,
 * leads to nobody, or the tenant's people may not use passwords.
 */
export async function acceptInvitationWithPassword(
  db: Db,
  which: { organizationId: string; tokenHash: string },
  person: { passwordHash: string; firstName: string | null; lastName: string | null },
  now: Date,
): Promise<string | null> {
  const [row] = await db.$queryRaw<{ userId: string }[]>(sql`
    WITH accepted AS (
      UPDATE invitations i SET status = 'accepted', accepted_at = ${now}, token_hash = NULL
      FROM users u, tenants t
      WHERE i.token_hash = ${which.tokenHash} AND i.organization_id = ${which.organizationId}
        AND i.status = 'pending' AND i.expires_at > ${now} AND ${stillFor}
        AND t.id = i.tenant_id AND t.password_sign_in AND NOT t.enforce_sso
      RETURNING i.organization_id, i.user_id, i.namespaces
    ),
    entered AS (
      UPDATE users SET status = 'active', password_hash = ${person.passwordHash},
        first_name = COALESCE(${person.firstName}, users.first_name),
        last_name = COALESCE(${person.lastName}, users.last_name),
        email_verified_at = COALESCE(users.email_verified_at, ${now}), email_unproven = false, updated_at = ${now}
      FROM accepted WHERE users.id = accepted.user_id
        AND (users.status = 'invited' OR (users.status = 'active' AND users.password_hash IS NULL))
      RETURNING users.id
    ),
    placed AS (
      INSERT INTO namespace_members (namespace_id, user_id)
      SELECT n.id, entered.id FROM entered, accepted, namespaces n
      WHERE n.organization_id = accepted.organization_id AND n.name = ANY(accepted.namespaces)
      ON CONFLICT DO NOTHING
    )
    SELECT id AS "userId" FROM entered`)
  return row?.userId ?? null
}

/** What stands in the way of an invitation: the user of that address in the tenant. */
export async function findUserByAddress(
  db: Db,
  tenantId: string,
  emailKey: string,
): Promise<{ id: string; status: UserStatus } | null> {
  const row = await db.user.findUnique({
    where: { tenantId_emailKey: { tenantId, emailKey } },
    select: { id: true, status: true },
  })
  return row && { id: row.id, status: row.status as UserStatus }
}
