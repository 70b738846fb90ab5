import { timeOfId } from '../base/ids.ts'
import { containsPattern, type Db, emptySql, type Page, sql, toPage } from './db.ts'

/** An end user's session at the broker. `profile` and `upstream` are what login put there. */
export type SessionRecord = {
  id: string
  organizationId: string
  tenantId: string
  tenant: string
  connectionId: string | null
  userId: string | null
  /** SHA-256 of the cookie that names it; null when no browser holds it (a connection addressed the Polis way). */
  cookieHash: string | null
  /** `sub` towards applications. */
  subject: string
  profile: unknown
  amr: string[]
  acr: string | null
  authenticatedAt: Date
  upstreamSubject: string | null
  upstream: unknown
  address: string
  userAgent: string
  createdAt: Date
  lastSeenAt: Date
  /** At the latest then; unused, it ends earlier. */
  expiresAt: Date
  revokedAt: Date | null
}

export type NewSession = Omit<
  SessionRecord,
  'tenant' | 'createdAt' | 'lastSeenAt' | 'expiresAt' | 'revokedAt'
> & {
  /** Now. */
  at: Date
  /** When it is over at the latest, because the upstream says so; the organization's limit may come earlier. */
  notAfter: Date | null
}

/** Columns of a session under the aliases s and t (its tenant). */
export const sessionColumns = sql`
  s.id, s.organization_id AS "organizationId", s.tenant_id AS "tenantId", t.slug AS tenant,
  s.connection_id AS "connectionId", s.user_id AS "userId", s.cookie_hash AS "cookieHash", s.subject, s.profile, s.amr,
  s.acr, s.authenticated_at AS "authenticatedAt", s.upstream_subject AS "upstreamSubject", s.upstream, s.address,
  s.user_agent AS "userAgent", s.created_at AS "createdAt", s.last_seen_at AS "lastSeenAt", s.expires_at AS "expiresAt",
  s.revoked_at AS "revokedAt"`

/**
 * What a session s of the organization o must still be to count: not ended, and within the limits of the organization
 * as they are now, so that shortening them reaches the sessions there are.
 */
export function isLiveSession(now: Date) {
  return sql`s.revoked_at IS NULL AND s.expires_at > ${now}
    AND s.created_at + make_interval(secs => o.session_absolute_seconds) > ${now}
    AND s.last_seen_at + make_interval(secs => o.session_idle_seconds) > ${now}`
}

/** The live session a cookie names, if connection, user and, without a connection, the tenant still let them sign in. */
export async function findLiveSession(
  db: Db,
  organizationId: string,
  cookieHash: string,
  now: Date,
): Promise<SessionRecord | null> {
  const [row] = await db.$queryRaw<SessionRecord[]>(sql`
    SELECT ${sessionColumns} FROM sessions s JOIN tenants t ON t.id = s.tenant_id
    JOIN organizations o ON o.id = s.organization_id
    LEFT JOIN connections c ON c.id = s.connection_id LEFT JOIN users u ON u.id = s.user_id
    WHERE s.cookie_hash = ${cookieHash} AND s.organization_id = ${organizationId} AND ${isLiveSession(now)}
      AND (c.id IS NULL OR c.active) AND (u.id IS NULL OR u.status = 'active')
      AND (c.id IS NOT NULL OR (t.password_sign_in AND NOT t.enforce_sso))`)
  return row ?? null
}

/** A session by its id, the `sid` of ID tokens, ended or not. */
export async function findSessionById(
  db: Db,
  organizationId: string,
  id: string,
): Promise<SessionRecord | null> {
  const [row] = await db.$queryRaw<SessionRecord[]>(sql`
    SELECT ${sessionColumns} FROM sessions s JOIN tenants t ON t.id = s.tenant_id
    WHERE s.id = ${id} AND s.organization_id = ${organizationId}`)
  return row ?? null
}

/**
 * When a new session of the organization is over at the latest, for the statement that stores it: its limit, or earlier
 * where `notAfter` says so (SAML SessionNotOnOrAfter).
 */
export function expiryOfNewSession(organizationId: string, now: Date, notAfter: Date | null) {
  return sql`(SELECT LEAST(${now}::timestamptz + make_interval(secs => o.session_absolute_seconds), ${notAfter}::timestamptz)
    FROM organizations o WHERE o.id = ${organizationId})`
}

/** A live session as admins see it. */
export type ListedSession = {
  id: string
  tenantId: string
  tenant: string
  tenantName: string
  userId: string | null
  subject: string
  email: string | null
  name: string | null
  /** clientID and name of the connection; null when a password was used. */
  connection: string | null
  connectionName: string | null
  /** Applications that were opened with it, newest first. */
  applications: { clientId: string; name: string }[]
  amr: string[]
  address: string
  userAgent: string
  createdAt: Date
  lastSeenAt: Date
  /** At the latest then; unused, it ends earlier. */
  expiresAt: Date
}

/** Live sessions of the organization, newest first. `query` looks into e-mail, name, subject, tenant and address. */
export async function listLiveSessions(
  db: Db,
  organizationId: string,
  options: { now: Date; tenantId?: string; userId?: string; query?: string; cursor?: string; limit: number },
): Promise<Page<ListedSession>> {
  const { tenantId, userId, query, cursor } = options
  const rows = await db.$queryRaw<ListedSession[]>(sql`
    SELECT s.id, s.tenant_id AS "tenantId", t.slug AS tenant, t.name AS "tenantName", s.user_id AS "userId", s.subject,
      ${personEmail} AS email, ${personName} AS name, c.client_id AS connection,
      COALESCE(c.name, c.upstream_id) AS "connectionName", s.amr, s.address, s.user_agent AS "userAgent",
      s.created_at AS "createdAt", s.last_seen_at AS "lastSeenAt",
      LEAST(s.expires_at, s.created_at + make_interval(secs => o.session_absolute_seconds)) AS "expiresAt",
      COALESCE((
        SELECT json_agg(json_build_object('clientId', opened.client_id, 'name', opened.name) ORDER BY opened.at DESC)
        FROM (
          SELECT a.client_id, a.name, max(g.created_at) AS at FROM grants g JOIN applications a ON a.id = g.application_id
          WHERE g.session_id = s.id GROUP BY a.id
        ) opened), '[]') AS applications
    FROM sessions s JOIN tenants t ON t.id = s.tenant_id JOIN organizations o ON o.id = s.organization_id
    LEFT JOIN connections c ON c.id = s.connection_id LEFT JOIN users u ON u.id = s.user_id
    WHERE s.organization_id = ${organizationId} AND ${isLiveSession(options.now)}
      ${tenantId === undefined ? emptySql : sql`AND s.tenant_id = ${tenantId}`}
      ${userId === undefined ? emptySql : sql`AND s.user_id = ${userId}`}
      ${query ? sql`AND ${matches(query)}` : emptySql}
      ${cursor === undefined ? emptySql : sql`AND s.id < ${cursor}`}
    ORDER BY s.id DESC LIMIT ${options.limit + 1}`)
  return toPage(rows, options.limit)
}

/** The e-mail address and the name of who holds session s, whether or not they are a user u of the directory. */
const personEmail = sql`COALESCE(u.email, s.profile ->> 'email')`
const personName = sql`NULLIF(concat_ws(' ', COALESCE(u.first_name, s.profile ->> 'firstName'),
  COALESCE(u.last_name, s.profile ->> 'lastName')), '')`

function matches(query: string) {
  return sql`concat_ws(' ', ${personEmail}, ${personName}, s.subject, t.slug, t.name, s.address) ILIKE ${containsPattern(query)}`
}

/** Whose a session is: what the audit log names, and what all sessions of that person share. */
export type SessionOwner = {
  id: string
  subject: string
  email: string | null
  tenant: string
  userId: string | null
  connectionId: string | null
  upstreamSubject: string | null
}

/** The owner of a session that has not been ended. */
export async function findSessionOwner(
  db: Db,
  organizationId: string,
  id: string,
): Promise<SessionOwner | null> {
  const [row] = await db.$queryRaw<SessionOwner[]>(sql`
    SELECT s.id, s.subject, ${personEmail} AS email, t.slug AS tenant, s.user_id AS "userId",
      s.connection_id AS "connectionId", s.upstream_subject AS "upstreamSubject"
    FROM sessions s JOIN tenants t ON t.id = s.tenant_id LEFT JOIN users u ON u.id = s.user_id
    WHERE s.id = ${id} AND s.organization_id = ${organizationId} AND s.revoked_at IS NULL`)
  return row ?? null
}

export async function touchSession(db: Db, id: string, at: Date): Promise<void> {
  await db.$executeRaw(
    sql`UPDATE sessions SET last_seen_at = ${at} WHERE id = ${id} AND last_seen_at < ${at}`,
  )
}

/**
 * Which sessions of an organization end. Of a user all, or those that came through one connection. Of a connection all,
 * or those of one subject; `sessionIndexes` narrows a SAML logout to some of them.
 */
export type WhichSessions =
  | { ids: string[] }
  | { userIds: string[] }
  | { userId: string; connectionId?: string; exceptId?: string }
  | { tenantId: string }
  | { connectionId: string; upstreamSubject?: string; sessionIndexes?: string[] }

/** A session as it ended: what a logout at its upstream, and the audit log, must name. */
export type EndedSession = Pick<
  SessionRecord,
  'id' | 'subject' | 'tenantId' | 'userId' | 'connectionId' | 'upstreamSubject' | 'upstream'
>

/**
 * Ends sessions with what was granted in them: no code of theirs gives tokens any more, access tokens are gone, and
 * every application that asked to hear of it has a notice to be sent from `now` on. Returns those that ended here.
 *
 * `keepOffline` leaves alone what was granted for times without the person (OpenID Connect Back-Channel Logout 1.0 §2.7).
 *
 * One statement: of two that end a session at once one ends it, so no application is told twice. Rows are taken in the
 * order of their ids, so two that end many do not wait for each other forever. A grant that is being stored at the same
 * moment is not seen here: who redeems one asks whether its session still lives.
 */
export async function endSessions(
  db: Db,
  organizationId: string,
  which: WhichSessions,
  now: Date,
  options: { keepOffline?: boolean } = {},
): Promise<EndedSession[]> {
  const kept = options.keepOffline
    ? sql`AND 'offline_access' <> ALL (string_to_array(g.scope, ' '))`
    : emptySql
  return db.$queryRaw<EndedSession[]>(sql`
    WITH taken AS (
      SELECT s.id FROM sessions s
      WHERE s.organization_id = ${organizationId} AND s.revoked_at IS NULL AND ${condition(which)}
      ORDER BY s.id FOR NO KEY UPDATE
    ), ended AS (
      UPDATE sessions s SET revoked_at = ${now} FROM taken WHERE s.id = taken.id
      RETURNING s.id, s.subject, s.tenant_id, s.user_id, s.connection_id, s.upstream_subject, s.upstream
    ), closed AS (
      UPDATE grants g SET revoked_at = ${now} FROM ended
      WHERE g.session_id = ended.id AND g.revoked_at IS NULL ${kept}
      RETURNING g.id
    ), emptied AS (
      DELETE FROM access_tokens k USING closed WHERE k.grant_id = closed.id
    ), told AS (
      INSERT INTO logout_notices (id, organization_id, application_id, session_id, subject, next_attempt_at, created_at)
      SELECT DISTINCT ON (ended.id, a.id) ${`lgt_${timeOfId(now)}`} || left(md5(ended.id || ' ' || a.id), 16),
        ${organizationId}, a.id, ended.id, g.subject, ${now}::timestamptz, ${now}::timestamptz
      FROM ended JOIN grants g ON g.session_id = ended.id JOIN applications a ON a.id = g.application_id
      WHERE a.backchannel_logout_url IS NOT NULL
    )
    SELECT id, subject, tenant_id AS "tenantId", user_id AS "userId", connection_id AS "connectionId",
      upstream_subject AS "upstreamSubject", upstream FROM ended`)
}

/** Ends all sessions that came through a connection, as `endSessions` does, and the grants that outlived theirs. */
export async function endEverythingThrough(
  db: Db,
  organizationId: string,
  connectionId: string,
  now: Date,
): Promise<EndedSession[]> {
  const ended = await endSessions(db, organizationId, { connectionId }, now)
  await closeGrants(db, organizationId, sql`g.connection_id = ${connectionId}`, now)
  return ended
}

/** Ends the grants g of which `which` is true, with their access tokens: those that `endSessions` leaves. */
export async function closeGrants(
  db: Db,
  organizationId: string,
  which: ReturnType<typeof sql>,
  now: Date,
): Promise<void> {
  await db.$executeRaw(sql`
    WITH closed AS (
      UPDATE grants g SET revoked_at = ${now}
      WHERE g.organization_id = ${organizationId} AND g.revoked_at IS NULL AND ${which} RETURNING g.id
    )
    DELETE FROM access_tokens k USING closed WHERE k.grant_id = closed.id`)
}

function condition(which: WhichSessions) {
  if ('ids' in which) return sql`s.id = ANY (${which.ids})`
  if ('userIds' in which) return sql`s.user_id = ANY (${which.userIds})`
  if ('userId' in which) {
    const { userId, connectionId: through, exceptId } = which
    return sql`s.user_id = ${userId} ${through === undefined ? emptySql : sql`AND s.connection_id = ${through}`}
      ${exceptId === undefined ? emptySql : sql`AND s.id <> ${exceptId}`}`
  }
  if ('tenantId' in which) return sql`s.tenant_id = ${which.tenantId}`
  const { upstreamSubject: subject, sessionIndexes: indexes } = which
  return sql`s.connection_id = ${which.connectionId}
    ${subject === undefined ? emptySql : sql`AND s.upstream_subject = ${subject}`}
    ${indexes ? sql`AND s.upstream ->> 'sessionIndex' = ANY (${indexes})` : emptySql}`
}

/** Columns of an insert, and its values in the same order: for the statement that stores a session with a grant. */
export const sessionInsertColumns = sql`id, organization_id, tenant_id, connection_id, user_id, cookie_hash, subject, profile, amr, acr,
  authenticated_at, upstream_subject, upstream, address, user_agent, created_at, last_seen_at, expires_at`

export function sessionInsertValues(session: NewSession) {
  return sql`${session.id}, ${session.organizationId}, ${session.tenantId}, ${session.connectionId}, ${session.userId},
    ${session.cookieHash}, ${session.subject}, ${JSON.stringify(session.profile)}::jsonb, ${session.amr}::text[],
    ${session.acr}, ${session.authenticatedAt}, ${session.upstreamSubject},
    ${session.upstream === null ? null : JSON.stringify(session.upstream)}::jsonb, ${session.address}, ${session.userAgent},
    ${session.at}, ${session.at}, ${expiryOfNewSession(session.organizationId, session.at, session.notAfter)}`
}

/** Opens a session. */
export async function insertSession(db: Db, session: NewSession): Promise<void> {
  await db.$executeRaw(
    sql`INSERT INTO sessions (${sessionInsertColumns}) VALUES (${sessionInsertValues(session)})`,
  )
}

/**
 * Remembers the assertion and, only if this connection had not seen it before, opens the session.
 * One statement: of ten parallel posts of one assertion one gets `true`.
 */
export async function insertSessionForAssertion(
  db: Db,
  assertion: { hash: string; expiresAt: Date },
  session: NewSession & { connectionId: string },
): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    WITH seen AS (
      INSERT INTO seen_assertions (connection_id, assertion_hash, expires_at)
      VALUES (${session.connectionId}, ${assertion.hash}, ${assertion.expiresAt})
      ON CONFLICT (connection_id, assertion_hash) DO NOTHING RETURNING 1
    )
    INSERT INTO sessions (${sessionInsertColumns}) SELECT ${sessionInsertValues(session)} FROM seen`)
  return count === 1
}

/**
 * The same person signed in again in the same browser: the session goes on under a new cookie, so that applications
 * which know it by its id hear of its end. Its limits count from now. False when it has ended, or is somebody else's.
 */
export async function renewSession(db: Db, id: string, session: Omit<NewSession, 'id'>): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    UPDATE sessions SET cookie_hash = ${session.cookieHash}, profile = ${JSON.stringify(session.profile)}::jsonb,
      amr = ${session.amr}::text[], acr = ${session.acr}, authenticated_at = ${session.authenticatedAt},
      upstream = ${session.upstream === null ? null : JSON.stringify(session.upstream)}::jsonb,
      address = ${session.address}, user_agent = ${session.userAgent}, created_at = ${session.at},
      last_seen_at = ${session.at},
      expires_at = ${expiryOfNewSession(session.organizationId, session.at, session.notAfter)}
    WHERE id = ${id} AND organization_id = ${session.organizationId} AND revoked_at IS NULL
      AND tenant_id = ${session.tenantId} AND subject = ${session.subject}
      AND connection_id IS NOT DISTINCT FROM ${session.connectionId}
      AND upstream_subject IS NOT DISTINCT FROM ${session.upstreamSubject}`)
  return count === 1
}

/**
 * Removes sessions that are past the limits of their organization; what was granted in them goes its own way. One that
 * no browser holds is never seen again, so it is kept to the absolute limit: single logout asks for it.
 */
export async function deletePastSessions(db: Db, now: Date): Promise<number> {
  return db.$executeRaw(sql`
    DELETE FROM sessions s USING organizations o
    WHERE o.id = s.organization_id AND (s.expires_at <= ${now}
      OR s.created_at + make_interval(secs => o.session_absolute_seconds) <= ${now}
      OR (s.cookie_hash IS NOT NULL AND s.last_seen_at + make_interval(secs => o.session_idle_seconds) <= ${now}))`)
}

/** A session as a logout at its upstream must name it. */
export type UpstreamSessionRow = {
  id: string
  connectionId: string
  /** The subject as the upstream names it, and what must be repeated with it. */
  subject: string
  details: Record<string, string>
}

/**
 * Sessions of one person at these connections, newest first, by the name the upstream has for them or the `id` their
 * application was told. Those past their time are among them: the one at the upstream may live longer.
 */
export function findUpstreamSessions(
  db: Db,
  organizationId: string,
  connectionIds: string[],
  name: string,
  limit: number,
): Promise<UpstreamSessionRow[]> {
  return db.$queryRaw<UpstreamSessionRow[]>(sql`
    SELECT s.id, s.connection_id AS "connectionId", s.upstream_subject AS subject, COALESCE(s.upstream, '{}') AS details
    FROM sessions s
    WHERE s.organization_id = ${organizationId} AND s.connection_id = ANY (${connectionIds}) AND s.revoked_at IS NULL
      AND s.upstream_subject IS NOT NULL AND (s.upstream_subject = ${name} OR s.profile ->> 'id' = ${name})
    ORDER BY s.id DESC LIMIT ${limit}`)
}

/** How many applications took part in these sessions and have no address at which they could be told that they ended. */
export async function countUntoldApplications(db: Db, sessionIds: string[]): Promise<number> {
  const [row] = await db.$queryRaw<{ count: number }[]>(sql`
    SELECT count(DISTINCT a.id)::int AS count FROM grants g JOIN applications a ON a.id = g.application_id
    WHERE g.session_id = ANY (${sessionIds}) AND a.backchannel_logout_url IS NULL`)
  return row!.count
}
