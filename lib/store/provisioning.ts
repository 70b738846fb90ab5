import { type Db, emptySql, joinSql, sql } from './db.ts'
import type { UserChange } from './users.ts'

/** What a sign-in through a connection writes to the directory: each of these is one statement. */

export type SignInOf = {
  organizationId: string
  connectionId: string
  /** Null: the connection has no lasting name for the person, and no identity is kept. */
  subject: string | null
  /** For a new identity; null where the person was recognised by the one there is. */
  identityId: string | null
  namespaces: { add: string[]; remove: string[] } | null
  at: Date
}

/** Columns of a user as `UpdateOfUser` names them. */
export type UpdateOfUser = Pick<
  UserChange,
  | 'email'
  | 'emailKey'
  | 'username'
  | 'usernameKey'
  | 'ssoUsername'
  | 'ssoUsernameKey'
  | 'firstName'
  | 'lastName'
> & {
  /** Members to write; others stay. */
  tags?: Record<string, string | string[]>
  attributes?: Record<string, string | string[]>
  address: 'verified' | 'proven' | 'unproven' | null
}

export type SignedInUser = {
  id: string
  email: string
  username: string | null
  firstName: string | null
  lastName: string | null
  tags: Record<string, string | string[]>
  attributes: Record<string, unknown>
  emailVerified: boolean
  updatedAt: Date
  /** Whether the identity was made by this sign-in, and whether an invitation was accepted by it. */
  linked: boolean
  activated: boolean
}

const columnOf = {
  email: sql`email`,
  emailKey: sql`email_key`,
  username: sql`username`,
  usernameKey: sql`username_key`,
  ssoUsername: sql`sso_username`,
  ssoUsernameKey: sql`sso_username_key`,
  firstName: sql`first_name`,
  lastName: sql`last_name`,
} as const

/**
 * Writes down that a user signed in: what the identity provider says of them, the lasting identity, their namespaces, and
 * that an invitation is accepted. Null when it cannot be so any more: the user was disabled, deleted or unlinked
 * meanwhile. Throws a unique violation, and then nothing is written, when somebody else has got one of the names, or the
 * identity, meanwhile.
 */
export async function signInUser(
  db: Db,
  userId: string,
  update: UpdateOfUser,
  signIn: SignInOf,
): Promise<SignedInUser | null> {
  const { at, organizationId } = signIn
  const written = (Object.keys(columnOf) as (keyof typeof columnOf)[])
    .filter((name) => update[name] !== undefined)
    .map((name) => sql`${columnOf[name]} = ${update[name]}`)
  const changed = written.length > 0 || update.tags || update.attributes || update.address === 'unproven'
  const assignments = [
    ...written,
    ...(update.tags ? [sql`tags = tags || ${JSON.stringify(update.tags)}::jsonb`] : []),
    ...(update.attributes
      ? [sql`attributes = attributes || ${JSON.stringify(update.attributes)}::jsonb`]
      : []),
    ...(update.address === 'verified'
      ? [sql`email_verified_at = COALESCE(email_verified_at, ${at}), email_unproven = FALSE`]
      : []),
    // An address that stays keeps what was proven of it before; a new one does not inherit it.
    ...(update.address === 'proven'
      ? [
          sql`email_unproven = FALSE${update.email === undefined ? emptySql : sql`, email_verified_at = NULL`}`,
        ]
      : []),
    ...(update.address === 'unproven' ? [sql`email_unproven = TRUE, email_verified_at = NULL`] : []),
    ...(changed ? [sql`updated_at = ${at}`] : []),
    sql`last_sign_in_at = ${at}, status = 'active'`,
  ]
  const [row] = await db.$queryRaw<SignedInUser[]>(sql`
    WITH before AS (
      SELECT id, status FROM users
      WHERE id = ${userId} AND organization_id = ${organizationId} AND status IN ('active', 'invited') FOR UPDATE
    ), entered AS (
      UPDATE users u SET ${joinSql(assignments)} FROM before b WHERE u.id = b.id AND ${stillHasIdentity(userId, signIn)}
      RETURNING u.*, b.status AS before_status
    ), ${linkedSql(signIn)}, ${namespacesSql(signIn)}, accepted AS (
      UPDATE invitations i SET status = 'accepted', accepted_at = ${at}, token_hash = NULL
      FROM entered e WHERE i.user_id = e.id AND i.status = 'pending' AND i.expires_at > ${at} AND e.before_status = 'invited' RETURNING i.namespaces
    ), placed AS (
      INSERT INTO namespace_members (namespace_id, user_id, created_at)
      SELECT DISTINCT n.id, e.id, ${at}::timestamptz FROM entered e, accepted a, namespaces n
      WHERE n.organization_id = ${organizationId} AND n.name = ANY(a.namespaces)
      ON CONFLICT DO NOTHING
    )
    SELECT e.id, e.email, e.username, e.first_name AS "firstName", e.last_name AS "lastName", e.tags, e.attributes,
      e.email_verified_at IS NOT NULL AS "emailVerified", e.updated_at AS "updatedAt",
      EXISTS (SELECT FROM linked) AS linked, e.before_status = 'invited' AS activated
    FROM entered e`)
  return row ?? null
}

/** Somebody who was recognised by their identity must still have it. */
function stillHasIdentity(userId: string, { connectionId, subject, identityId }: SignInOf) {
  if (identityId !== null || subject === null) return sql`TRUE`
  return sql`EXISTS (
    SELECT FROM identities i WHERE i.connection_id = ${connectionId} AND i.subject = ${subject} AND i.user_id = ${userId})`
}

/** Not an upsert: whoever comes second as one subject must fail, and be recognised by what the first one left. */
function linkedSql({ organizationId, connectionId, subject, identityId, at }: SignInOf) {
  if (subject === null) return sql`linked AS (SELECT WHERE FALSE)`
  if (identityId === null)
    return sql`seen AS (
      UPDATE identities i SET last_sign_in_at = ${at} FROM entered e
      WHERE i.connection_id = ${connectionId} AND i.subject = ${subject} RETURNING 1
    ), linked AS (SELECT WHERE FALSE)`
  return sql`linked AS (
    INSERT INTO identities (id, organization_id, connection_id, user_id, subject, created_at, last_sign_in_at)
    SELECT ${identityId}, ${organizationId}, ${connectionId}, e.id, ${subject}, ${at}, ${at} FROM entered e RETURNING 1
  )`
}

/** Namespaces that do not exist are not made: what an identity provider says does not make up names for policies. */
function namespacesSql({ organizationId, namespaces, at }: SignInOf) {
  const { add, remove } = namespaces ?? { add: [], remove: [] }
  return sql`joined AS (
    INSERT INTO namespace_members (namespace_id, user_id, created_at)
    SELECT n.id, e.id, ${at} FROM namespaces n, entered e
    WHERE n.organization_id = ${organizationId} AND n.name = ANY(${add}::text[])
    ON CONFLICT DO NOTHING RETURNING 1
  ), departed AS (
    DELETE FROM namespace_members m USING namespaces n, entered e
    WHERE m.namespace_id = n.id AND m.user_id = e.id
      AND n.organization_id = ${organizationId} AND n.name = ANY(${remove}::text[]) RETURNING 1
  )`
}

export type NewExternalUser = {
  id: string
  tenantId: string
  status: 'active' | 'pending'
  email: string
  emailKey: string
  username: string | null
  usernameKey: string | null
  ssoUsername: string | null
  ssoUsernameKey: string | null
  firstName: string | null
  lastName: string | null
  tags: Record<string, string | string[]>
  attributes: Record<string, string | string[]>
  emailUnproven: boolean
  emailVerified: boolean
}

/**
 * Makes a user with the identity by which they came, and, where it is `pending`, the request to be decided. Throws a
 * unique violation, and then nothing is stored, when somebody was faster: with the identity, or with one of the names.
 * `requestId` is for a new request; a person's earlier one is taken up again: the answer says which. Null when that one was
 * rejected meanwhile.
 */
export async function insertExternalUser(
  db: Db,
  user: NewExternalUser,
  signIn: SignInOf & { identityId: string; requestId: string },
): Promise<{ requestId: string | null } | null> {
  const { organizationId, connectionId, subject, requestId, at } = signIn
  const isPending = user.status === 'pending'
  const [row] = await db.$queryRaw<{ requestId: string | null }[]>(sql`
    WITH refused AS (
      SELECT FROM join_requests
      WHERE connection_id = ${connectionId} AND status = 'rejected' AND ${isPending} AND ${
        subject === null ? sql`subject IS NULL AND email_key = ${user.emailKey}` : sql`subject = ${subject}`
      }
    ), entered AS (
      INSERT INTO users (id, organization_id, tenant_id, email, email_key, username, username_key, sso_username,
        sso_username_key, first_name, last_name, status, tags, attributes, email_verified_at, email_unproven,
        last_sign_in_at, created_at, updated_at)
      SELECT ${user.id}, ${organizationId}, ${user.tenantId}, ${user.email}, ${user.emailKey}, ${user.username},
        ${user.usernameKey}, ${user.ssoUsername}, ${user.ssoUsernameKey}, ${user.firstName}, ${user.lastName},
        ${user.status}, ${JSON.stringify(user.tags)}::jsonb, ${JSON.stringify(user.attributes)}::jsonb,
        ${user.emailVerified ? at : null}, ${user.emailUnproven}, ${isPending ? null : at}, ${at}, ${at}
      WHERE NOT EXISTS (SELECT FROM refused)
      RETURNING id
    ), linked AS (
      INSERT INTO identities (id, organization_id, connection_id, user_id, subject, created_at, last_sign_in_at)
      SELECT ${signIn.identityId}, ${organizationId}, ${connectionId}, e.id, ${subject}, ${at}, ${isPending ? null : at}
      FROM entered e WHERE ${subject}::text IS NOT NULL RETURNING 1
    ), ${namespacesSql(signIn)}, filed AS (
      INSERT INTO join_requests (id, organization_id, tenant_id, user_id, connection_id, subject, email, email_key, source,
        status, created_at)
      SELECT ${requestId}, ${organizationId}, ${user.tenantId}, e.id, ${connectionId}, ${subject}, ${user.email},
        ${user.emailKey}, 'sign-in', 'pending', ${at} FROM entered e WHERE ${isPending}
      ON CONFLICT (connection_id, subject) DO UPDATE SET user_id = EXCLUDED.user_id, email = EXCLUDED.email,
        email_key = EXCLUDED.email_key, status = 'pending', decided_by = NULL, decided_at = NULL, decision_note = NULL,
        created_at = EXCLUDED.created_at
      WHERE join_requests.status <> 'rejected'
      RETURNING id
    )
    SELECT filed.id AS "requestId" FROM entered LEFT JOIN filed ON TRUE`)
  return row ?? null
}
