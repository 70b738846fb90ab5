import { type Db, emptySql, type Json, type Page, searchPattern, sql, toPage } from './db.ts'
import { closeGrants, type EndedSession, endSessions } from './sessions.ts'

export type UserStatus = 'active' | 'invited' | 'pending' | 'disabled'

/**
 * An end user with the slug of the tenant and the names of the namespaces. The hash of the password stays here, but for
 * `findSignInCandidates`.
 */
export type UserRecord = {
  id: string
  organizationId: string
  tenantId: string
  tenant: string
  email: string
  username: string | null
  ssoUsername: string | null
  firstName: string | null
  lastName: string | null
  status: UserStatus
  hasPassword: boolean
  tags: unknown
  attributes: unknown
  /** Names, in their order. */
  namespaces: string[]
  emailVerifiedAt: Date | null
  /** The address came from an identity provider that is not trusted for it. */
  emailUnproven: boolean
  lastSignInAt: Date | null
  createdAt: Date
  updatedAt: Date
}

/** What a tenant's users have each their own of, in the form in which it is compared (`emailKey` of lib/base/email.ts). */
export type UserKeys = { emailKey: string; usernameKey: string | null; ssoUsernameKey: string | null }

/** Columns of a user under the aliases u and t (its tenant). */
export const userColumns = sql`
  u.id, u.organization_id AS "organizationId", u.tenant_id AS "tenantId", t.slug AS tenant, u.email, u.username,
  u.sso_username AS "ssoUsername", u.first_name AS "firstName", u.last_name AS "lastName", u.status,
  u.password_hash IS NOT NULL AS "hasPassword", u.tags, u.attributes, u.email_verified_at AS "emailVerifiedAt",
  u.email_unproven AS "emailUnproven", ARRAY(
    SELECT n.name FROM namespace_members m JOIN namespaces n ON n.id = m.namespace_id
    WHERE m.user_id = u.id ORDER BY n.name
  ) AS namespaces,
  u.last_sign_in_at AS "lastSignInAt", u.created_at AS "createdAt", u.updated_at AS "updatedAt"`

const userJoins = sql`FROM users u JOIN tenants t ON t.id = u.tenant_id`

export type NewUser = UserKeys & {
  id: string
  organizationId: string
  tenantId: string
  email: string
  username: string | null
  ssoUsername: string | null
  firstName: string | null
  lastName: string | null
  status: UserStatus
  passwordHash: string | null
  tags: Json
  attributes: Json
  emailVerifiedAt: Date | null
  emailUnproven?: boolean
}

/** Throws a unique violation when another user of the tenant has one of the keys. */
export async function insertUser(db: Db, row: NewUser): Promise<void> {
  await db.user.create({ data: row, select: { id: true } })
}

/**
 * Inserts users of the organization with the namespaces of these names, by one statement: each wholly or not at all.
 * Returns the ids of those that are in; left out are those of whom another user of the tenant has one of the keys. Names
 * that no namespace has are passed over.
 */
export async function insertUsers(
  db: Db,
  organizationId: string,
  users: (Omit<NewUser, 'organizationId'> & { namespaces: string[] })[],
  now: Date,
): Promise<Set<string>> {
  const rows = await db.$queryRaw<{ id: string }[]>(sql`
    WITH given AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(users)}::jsonb) AS g(
        id text, "tenantId" text, email text, "emailKey" text, username text, "usernameKey" text, "ssoUsername" text,
        "ssoUsernameKey" text, "firstName" text, "lastName" text, status text, "passwordHash" text, tags jsonb,
        attributes jsonb, "emailVerifiedAt" timestamptz, "emailUnproven" boolean, namespaces text[])
    ),
    inserted AS (
      INSERT INTO users (id, organization_id, tenant_id, email, email_key, username, username_key, sso_username,
        sso_username_key, first_name, last_name, status, password_hash, tags, attributes, email_verified_at,
        email_unproven, created_at, updated_at)
      SELECT id, ${organizationId}, "tenantId", email, "emailKey", username, "usernameKey", "ssoUsername",
        "ssoUsernameKey", "firstName", "lastName", status, "passwordHash", tags, attributes, "emailVerifiedAt",
        coalesce("emailUnproven", false), ${now}, ${now}
      FROM given ORDER BY "emailKey" ON CONFLICT DO NOTHING RETURNING id
    ),
    joined AS (
      INSERT INTO namespace_members (namespace_id, user_id)
      SELECT n.id, i.id FROM inserted i JOIN given g ON g.id = i.id
      JOIN namespaces n ON n.organization_id = ${organizationId} AND n.name = ANY(g.namespaces)
      FOR KEY SHARE OF n
    )
    SELECT id FROM inserted`)
  return new Set(rows.map(({ id }) => id))
}

export async function findUser(db: Db, organizationId: string, id: string): Promise<UserRecord | null> {
  const [row] = await db.$queryRaw<UserRecord[]>(sql`
    SELECT ${userColumns} ${userJoins} WHERE u.id = ${id} AND u.organization_id = ${organizationId}`)
  return row ?? null
}

/** Which of the keys other users of the tenant have. */
export async function findTakenKeys(
  db: Db,
  tenantId: string,
  keys: Partial<UserKeys>,
  exceptId: string | null,
): Promise<(keyof UserKeys)[]> {
  const entries = Object.entries(keys).filter(([, key]) => typeof key === 'string') as [
    keyof UserKeys,
    string,
  ][]
  const rows = await db.user.findMany({
    where: {
      tenantId,
      id: exceptId === null ? undefined : { not: exceptId },
      OR: entries.map(([name, key]) => ({ [name]: key })),
    },
    select: { emailKey: true, usernameKey: true, ssoUsernameKey: true },
  })
  return entries.filter(([name, key]) => rows.some((row) => row[name] === key)).map(([name]) => name)
}

export type UserFilter = { tenantId?: string; namespaceId?: string; status?: UserStatus; query?: string }

/**
 * Users of the organization, newest first. Those of a namespace are read from its members on, in the order of their key,
 * so that a page costs as much as a page, whether the namespace has few users or most.
 */
export async function listUserRecords(
  db: Db,
  organizationId: string,
  options: UserFilter & { cursor?: string; limit: number },
): Promise<Page<UserRecord>> {
  const { tenantId, namespaceId, status, query, cursor, limit } = options
  const ofNamespace = namespaceId !== undefined
  const id = ofNamespace ? sql`m.user_id` : sql`u.id`
  const rows = await db.$queryRaw<UserRecord[]>(sql`
    SELECT ${userColumns} ${userJoins}
      ${ofNamespace ? sql`JOIN namespace_members m ON m.user_id = u.id AND m.namespace_id = ${namespaceId}` : emptySql}
    WHERE u.organization_id = ${organizationId}
      ${tenantId === undefined ? emptySql : sql`AND u.tenant_id = ${tenantId}`}
      ${status === undefined ? emptySql : sql`AND u.status = ${status}`}
      ${query ? sql`AND u.search LIKE ${searchPattern(query)}` : emptySql}
      ${cursor === undefined ? emptySql : sql`AND ${id} < ${cursor}`}
    ORDER BY ${id} DESC LIMIT ${limit + 1}`)
  return toPage(rows, limit)
}

export type UserChange = Partial<Omit<NewUser, 'id' | 'organizationId' | 'tenantId'>> & { updatedAt?: Date }

/** False when there is no such user. Throws a unique violation like `insertUser`. */
export async function updateUserRecord(
  db: Db,
  organizationId: string,
  id: string,
  change: UserChange,
): Promise<boolean> {
  const { count } = await db.user.updateMany({ where: { id, organizationId }, data: change })
  return count > 0
}

/** Deletes the user and, by cascade, sessions, grants and tokens. */
export async function deleteUserRecord(db: Db, organizationId: string, id: string): Promise<boolean> {
  const { count } = await db.user.deleteMany({ where: { id, organizationId } })
  return count > 0
}

/**
 * Ends all sessions of users, as `endSessions` does, and the grants that outlived theirs. Returns the sessions that ended
 * here.
 */
export async function endEverythingOfUsers(
  db: Db,
  organizationId: string,
  userIds: string[],
  now: Date,
): Promise<EndedSession[]> {
  const ended = await endSessions(db, organizationId, { userIds }, now)
  await closeGrants(db, organizationId, sql`g.user_id = ANY (${userIds})`, now)
  return ended
}

/** The same of one user. */
export function endEverythingOf(
  db: Db,
  organizationId: string,
  userId: string,
  now: Date,
): Promise<EndedSession[]> {
  return endEverythingOfUsers(db, organizationId, [userId], now)
}

/**
 * A user whom a password may sign in, with its hash and what people call the tenant. `hasSecondFactor`: the password is
 * not enough.
 */
export type SignInCandidate = UserRecord & {
  tenantName: string
  passwordHash: string
  hasSecondFactor: boolean
}

const candidateColumns = sql`${userColumns}, t.name AS "tenantName", u.password_hash AS "passwordHash",
  EXISTS (SELECT FROM authenticators a WHERE a.user_id = u.id AND a.confirmed_at IS NOT NULL) AS "hasSecondFactor"`

/**
 * Users with that e-mail address whom a password may sign in: active, in tenants that allow it. At most `limit`, those
 * of `tenantId` first, then by the name of the tenant.
 */
export async function findSignInCandidates(
  db: Db,
  organizationId: string,
  emailKey: string,
  options: { tenantId: string | null; limit: number },
): Promise<SignInCandidate[]> {
  return db.$queryRaw<SignInCandidate[]>(sql`
    SELECT ${candidateColumns} ${userJoins}
    WHERE u.organization_id = ${organizationId} AND u.email_key = ${emailKey} AND u.status = 'active'
      AND u.password_hash IS NOT NULL AND t.password_sign_in AND NOT t.enforce_sso
    ORDER BY u.tenant_id = ${options.tenantId ?? ''} DESC, t.name, u.id LIMIT ${options.limit}`)
}

/**
 * The user of that id, if they may sign in here without an identity provider: active, of a tenant that allows it. One
 * who has passkeys needs no password.
 */
export async function findSignInUser(
  db: Db,
  organizationId: string,
  id: string,
): Promise<(Omit<SignInCandidate, 'passwordHash'> & { passwordHash: string | null }) | null> {
  const [row] = await db.$queryRaw<SignInCandidate[]>(sql`
    SELECT ${candidateColumns} ${userJoins}
    WHERE u.id = ${id} AND u.organization_id = ${organizationId} AND u.status = 'active'
      AND t.password_sign_in AND NOT t.enforce_sso`)
  return row ?? null
}

/**
 * Writes down that the user signed in, having the password of that hash, or none. False when that must not be any more:
 * disabled, deleted or given another password since it was read.
 */
export async function recordUserSignIn(
  db: Db,
  user: { id: string; passwordHash: string | null },
  at: Date,
): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    UPDATE users SET last_sign_in_at = ${at}
    WHERE id = ${user.id} AND status = 'active' AND password_hash IS NOT DISTINCT FROM ${user.passwordHash}`)
  return count > 0
}

/** Whether anybody of the tenant could sign in with a password: whether a page has to ask for one. */
export async function hasPasswordUsers(db: Db, tenantId: string): Promise<boolean> {
  const [row] = await db.$queryRaw<{ found: boolean }[]>(sql`
    SELECT EXISTS (
      SELECT FROM users WHERE tenant_id = ${tenantId} AND password_hash IS NOT NULL AND status = 'active'
    ) AS found`)
  return row!.found
}
