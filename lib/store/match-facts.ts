import { type Db, joinSql, sql } from './db.ts'
import type { UserStatus } from './users.ts'

/** What is asked about one person: who they are at the connection, and the keys by which users may be found. */
export type FactsQuery = {
  subject: string | null
  /** In its ASCII form; null where there is no address. */
  emailDomain: string | null
  keys: { Username: string[]; Email: string[]; SsoUsername: string[] }
}

/** A user who may be the person; the same as `Candidate` of lib/matching. */
export type CandidateRow = {
  id: string
  status: UserStatus
  email: string
  username: string | null
  ssoUsername: string | null
  firstName: string | null
  lastName: string | null
  tags: Record<string, string | string[]>
  attributes: Record<string, unknown>
  emailUnproven: boolean
  emailVerified: boolean
  hasPassword: boolean
  byIdentity: boolean
  linkedToAnother: boolean
  isMember: boolean
  invitationOpen: boolean
}

export type FactsRow = {
  candidates: CandidateRow[]
  ownsEmailDomain: boolean
  request: 'pending' | 'approved' | 'rejected' | null
}

const candidate = (now: Date) => sql`json_build_object(
  'id', u.id, 'status', u.status, 'email', u.email, 'username', u.username, 'ssoUsername', u.sso_username,
  'firstName', u.first_name, 'lastName', u.last_name, 'tags', u.tags, 'attributes', u.attributes,
  'emailUnproven', u.email_unproven, 'emailVerified', u.email_verified_at IS NOT NULL,
  'hasPassword', u.password_hash IS NOT NULL, 'byIdentity', f.by_identity,
  'linkedToAnother', EXISTS (
    SELECT FROM identities other WHERE other.user_id = u.id AND other.connection_id = p.connection_id
      AND other.subject IS DISTINCT FROM p.subject),
  'isMember', EXISTS (
    SELECT FROM members m WHERE m.organization_id = u.organization_id AND lower(m.email) = u.email_key),
  'invitationOpen', u.status = 'invited' AND EXISTS (
    SELECT FROM invitations i WHERE i.user_id = u.id AND i.status = 'pending' AND i.expires_at > ${now}))`

/** Somebody the connection gives another name each time is held to a request by their address. */
const requestOf = sql`CASE WHEN p.subject IS NULL THEN (
    SELECT r.status FROM join_requests r
    WHERE r.connection_id = p.connection_id AND r.subject IS NULL AND r.email_key = p.email ORDER BY r.id DESC LIMIT 1
  ) ELSE (SELECT r.status FROM join_requests r WHERE r.connection_id = p.connection_id AND r.subject = p.subject) END`

/**
 * What matching must know of people of one connection, in their order: by one statement, however many they are, so that a
 * login and a dry run look the same way.
 */
export async function findMatchFacts(
  db: Db,
  connection: { id: string; tenantId: string },
  people: FactsQuery[],
  now: Date,
): Promise<FactsRow[]> {
  const asked = people.map(({ subject, emailDomain, keys: { Email } }, n) => ({
    ...{ n, subject, email: Email[0] ?? null },
    domain: emailDomain,
  }))
  const keys = people.flatMap((person, n) =>
    Object.entries(person.keys).flatMap(([field, values]) => values.map((key) => ({ n, field, key }))),
  )
  // One look into a unique index a key, here and below, also where the planner knows nothing of the tables yet: after an
  // import, and in the embedded database for good, which never counts.
  const byKey = (['Username', 'Email', 'SsoUsername'] as const).map(
    (field) => sql`
      SELECT k.n, u.id, FALSE FROM keys k CROSS JOIN LATERAL (
        SELECT u.id FROM users u WHERE u.tenant_id = ${connection.tenantId} AND ${columnOf[field]} = k.key LIMIT 1
      ) u WHERE k.field = ${field}`,
  )
  const rows = await db.$queryRaw<(FactsRow & { n: number })[]>(sql`
    WITH people AS (
      SELECT n, subject, email, domain, ${connection.id}::text AS connection_id
      FROM jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) AS given(n int, subject text, email text, domain text)
    ), keys AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(keys)}::jsonb) AS given(n int, field text, key text)
    ), found AS (
      SELECT n, id, bool_or(by_identity) AS by_identity FROM (
        SELECT p.n, i.user_id AS id, TRUE AS by_identity FROM people p CROSS JOIN LATERAL (
          SELECT i.user_id FROM identities i WHERE i.connection_id = p.connection_id AND i.subject = p.subject LIMIT 1
        ) i
        UNION ALL ${joinSql(byKey, ' UNION ALL ')}
      ) each_way GROUP BY n, id
    )
    SELECT p.n,
      EXISTS (SELECT FROM domains d WHERE d.owned_domain = p.domain AND d.tenant_id = ${connection.tenantId}) AS "ownsEmailDomain",
      ${requestOf} AS request,
      COALESCE(json_agg(${candidate(now)} ORDER BY u.id) FILTER (WHERE u.id IS NOT NULL), '[]') AS candidates
    FROM people p LEFT JOIN found f ON f.n = p.n LEFT JOIN LATERAL (
      SELECT * FROM users u WHERE u.id = f.id AND u.tenant_id = ${connection.tenantId} LIMIT 1
    ) u ON TRUE
    GROUP BY p.n, p.domain, p.subject, p.email, p.connection_id ORDER BY p.n`)
  return rows.map(({ n: _, ...facts }) => facts)
}

const columnOf = {
  Username: sql`u.username_key`,
  Email: sql`u.email_key`,
  SsoUsername: sql`u.sso_username_key`,
}
