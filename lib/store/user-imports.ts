import { type Db, type Json, joinSql, sql } from './db.ts'
import { type UserKeys, type UserRecord, type UserStatus, userColumns } from './users.ts'

/** A user with the keys by which others of the tenant are told apart. */
export type KeyedUser = UserRecord & UserKeys

/** So many keys are looked for at once. */
const chunkSize = 2_000

/** Users of the tenant who have one of the keys. Each list may hold thousands. */
export async function findUsersByKeys(
  db: Db,
  tenantId: string,
  keys: { emailKeys: string[]; usernameKeys: string[]; ssoUsernameKeys: string[] },
): Promise<KeyedUser[]> {
  const found = new Map<string, KeyedUser>()
  for (const [column, all] of [
    [sql`u.email_key`, keys.emailKeys],
    [sql`u.username_key`, keys.usernameKeys],
    [sql`u.sso_username_key`, keys.ssoUsernameKeys],
  ] as const) {
    for (let at = 0; at < all.length; at += chunkSize) {
      const rows = await db.$queryRaw<KeyedUser[]>(sql`
        SELECT ${userColumns}, u.email_key AS "emailKey", u.username_key AS "usernameKey",
          u.sso_username_key AS "ssoUsernameKey"
        FROM users u JOIN tenants t ON t.id = u.tenant_id
        WHERE u.tenant_id = ${tenantId} AND ${column} = ANY(${all.slice(at, at + chunkSize)}::text[])`)
      for (const row of rows) found.set(row.id, row)
    }
  }
  return [...found.values()]
}

/** What is written of a user. Members the import says nothing of are left out of all its rows. */
export type ImportedChange = {
  id: string
  email: string
  username?: string | null
  usernameKey?: string | null
  ssoUsername?: string | null
  ssoUsernameKey?: string | null
  firstName?: string | null
  lastName?: string | null
  status?: UserStatus
  tags?: Json
  /** Attributes that are set, and the names of those taken away; others stay. */
  attributes?: Json
  without?: string[]
  emailVerifiedAt?: Date | null
  emailUnproven?: boolean
  /** Names; those that no namespace has are passed over. */
  namespaces?: string[]
}

/** Column of the table, member of the change. Together with how it is read: the one place that knows them all. */
const settable = {
  username: sql`username = g.username`,
  usernameKey: sql`username_key = g."usernameKey"`,
  ssoUsername: sql`sso_username = g."ssoUsername"`,
  ssoUsernameKey: sql`sso_username_key = g."ssoUsernameKey"`,
  firstName: sql`first_name = g."firstName"`,
  lastName: sql`last_name = g."lastName"`,
  status: sql`status = coalesce(g.status, u.status)`,
  tags: sql`tags = g.tags`,
  attributes: sql`attributes = (u.attributes - g.without) || g.attributes`,
  emailVerifiedAt: sql`email_verified_at = g."emailVerifiedAt"`,
  emailUnproven: sql`email_unproven = coalesce(g."emailUnproven", u.email_unproven)`,
}

/**
 * Changes users of the organization by one statement: all of them, or none when it throws the unique violation of one.
 * Only what the changes say is written, so that what others change meanwhile stays. Returns the ids of those who are
 * still there.
 */
export async function updateUsers(
  db: Db,
  organizationId: string,
  changes: ImportedChange[],
  now: Date,
): Promise<Set<string>> {
  const said = new Set(changes.flatMap((change) => Object.keys(change)))
  const setters = Object.entries(settable).flatMap(([member, setter]) => (said.has(member) ? [setter] : []))
  const rows = await db.$queryRaw<{ id: string }[]>(sql`
    WITH given AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) AS g(
        id text, email text, username text, "usernameKey" text, "ssoUsername" text, "ssoUsernameKey" text,
        "firstName" text, "lastName" text, status text, tags jsonb, attributes jsonb, without text[],
        "emailVerifiedAt" timestamptz, "emailUnproven" boolean, namespaces text[])
    ),
    -- In the order of their ids, so that two imports of the same people do not wait for each other forever.
    held AS (
      SELECT u.id FROM users u JOIN given g ON g.id = u.id WHERE u.organization_id = ${organizationId}
      ORDER BY u.id FOR NO KEY UPDATE OF u
    ),
    changed AS (
      UPDATE users u SET ${joinSql([sql`email = g.email`, ...setters, sql`updated_at = ${now}`])}
      FROM given g, held h WHERE u.id = g.id AND h.id = g.id RETURNING u.id
    ),
    wanted AS (
      SELECT n.id AS namespace_id, c.id AS user_id FROM changed c JOIN given g ON g.id = c.id
      JOIN namespaces n ON n.organization_id = ${organizationId} AND n.name = ANY(g.namespaces)
      FOR KEY SHARE OF n
    ),
    removed AS (
      DELETE FROM namespace_members m USING changed c
      WHERE ${said.has('namespaces')} AND m.user_id = c.id
        AND NOT EXISTS (SELECT FROM wanted w WHERE w.user_id = m.user_id AND w.namespace_id = m.namespace_id)
    ),
    joined AS (
      INSERT INTO namespace_members (namespace_id, user_id) SELECT namespace_id, user_id FROM wanted
      ON CONFLICT DO NOTHING
    )
    SELECT id FROM changed`)
  return new Set(rows.map(({ id }) => id))
}

/**
 * Tells the planner how many users there are: PostgreSQL does so by itself within minutes, PGlite never, and reads all
 * users of a tenant for one page of them.
 */
export async function analyzeUsers(db: Db): Promise<void> {
  await db.$executeRaw(sql`ANALYZE users, namespace_members`)
}

/** Names of the attributes that users of the tenant have, sorted. */
export async function listAttributeNames(
  db: Db,
  organizationId: string,
  tenantId: string,
): Promise<string[]> {
  const rows = await db.$queryRaw<{ name: string }[]>(sql`
    SELECT DISTINCT jsonb_object_keys(attributes) AS name FROM users
    WHERE organization_id = ${organizationId} AND tenant_id = ${tenantId}`)
  return rows.map(({ name }) => name).sort()
}
