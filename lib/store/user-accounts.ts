import { type Db, sql } from './db.ts'
import { closeGrants, type EndedSession, endSessions, isLiveSession } from './sessions.ts'
import { type UserRecord, userColumns } from './users.ts'

/** A user as their own account page needs them. The hash of the password is for comparing alone. */
export type AccountUser = UserRecord & {
  tenantName: string
  /** Whether the tenant lets its people sign in without an identity provider. */
  mayUsePassword: boolean
  passwordHash: string | null
}

const accountColumns = sql`${userColumns}, t.name AS "tenantName",
  (t.password_sign_in AND NOT t.enforce_sso) AS "mayUsePassword", u.password_hash AS "passwordHash"`

export async function findAccountUser(
  db: Db,
  organizationId: string,
  id: string,
): Promise<AccountUser | null> {
  const [row] = await db.$queryRaw<AccountUser[]>(sql`
    SELECT ${accountColumns} FROM users u JOIN tenants t ON t.id = u.tenant_id
    WHERE u.id = ${id} AND u.organization_id = ${organizationId}`)
  return row ?? null
}

/**
 * Who of that address may choose a new password by a mail to it: active, with a password to lose, of a tenant that
 * allows one, and nobody whose address is unproven. By the name of the tenant, at most `limit`.
 */
export function findResettableUsers(
  db: Db,
  organizationId: string,
  emailKey: string,
  limit: number,
): Promise<AccountUser[]> {
  return db.$queryRaw<AccountUser[]>(sql`
    SELECT ${accountColumns} FROM users u JOIN tenants t ON t.id = u.tenant_id
    WHERE u.organization_id = ${organizationId} AND u.email_key = ${emailKey} AND u.status = 'active'
      AND u.password_hash IS NOT NULL AND NOT u.email_unproven AND t.password_sign_in AND NOT t.enforce_sso
    ORDER BY t.name, u.id LIMIT ${limit}`)
}

/**
 * Puts a new password in the place of the one with that hash. False when it is another one by now, or the user may have
 * none: of two that change it at once one does. `provenEmail`: an address that was proven by this, if it is still theirs.
 */
export async function replaceUserPassword(
  db: Db,
  user: { organizationId: string; id: string; passwordHash: string },
  change: { passwordHash: string; provenEmail: string | null; at: Date },
): Promise<boolean> {
  const proven = change.provenEmail
  const count = await db.$executeRaw(sql`
    UPDATE users u SET password_hash = ${change.passwordHash}, updated_at = ${change.at},
      email_verified_at = CASE WHEN ${proven}::text IS NULL THEN u.email_verified_at
        ELSE COALESCE(u.email_verified_at, ${change.at}) END
    FROM tenants t
    WHERE u.id = ${user.id} AND u.organization_id = ${user.organizationId} AND u.status = 'active'
      AND u.password_hash = ${user.passwordHash} AND (${proven}::text IS NULL OR u.email = ${proven})
      AND t.id = u.tenant_id AND t.password_sign_in AND NOT t.enforce_sso`)
  return count === 1
}

/** Ends all sessions of a user but one, and everything that was not granted in that one. */
export async function endEverythingBut(
  db: Db,
  organizationId: string,
  user: { userId: string; sessionId: string },
  now: Date,
): Promise<EndedSession[]> {
  const which = { userId: user.userId, exceptId: user.sessionId }
  const ended = await endSessions(db, organizationId, which, now)
  const outside = sql`g.user_id = ${user.userId} AND g.session_id IS DISTINCT FROM ${user.sessionId}`
  await closeGrants(db, organizationId, outside, now)
  return ended
}

/** An application that may know the person, and since when. `offline`: also while they are away. */
export type OpenedApplication = { name: string; since: Date; offline: boolean }

/**
 * Applications that hold something of the person: in a live session of theirs, or for times without one. `who` is the
 * user, or the session of somebody who is not in the directory.
 */
export function listOpenedApplications(
  db: Db,
  organizationId: string,
  who: { userId: string } | { sessionId: string },
  now: Date,
): Promise<OpenedApplication[]> {
  const theirs = 'userId' in who ? sql`g.user_id = ${who.userId}` : sql`g.session_id = ${who.sessionId}`
  const offline = sql`'offline_access' = ANY (string_to_array(g.scope, ' '))`
  return db.$queryRaw<OpenedApplication[]>(sql`
    SELECT a.name, min(g.created_at) AS since, bool_or(${offline}) AS offline
    FROM grants g JOIN applications a ON a.id = g.application_id
    LEFT JOIN sessions s ON s.id = g.session_id LEFT JOIN organizations o ON o.id = s.organization_id
    WHERE g.organization_id = ${organizationId} AND ${theirs} AND g.revoked_at IS NULL AND g.expires_at > ${now}
      AND (${offline} OR (s.id IS NOT NULL AND ${isLiveSession(now)}))
    GROUP BY a.id ORDER BY a.name LIMIT 100`)
}
