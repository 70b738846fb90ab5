import { type Db, emptySql, sql } from './db.ts'

/** A user as a dry run over the directory takes them, with who they are at the connection, where they have come through it. */
export type DirectoryPersonRow = {
  id: string
  email: string
  username: string | null
  ssoUsername: string | null
  firstName: string | null
  lastName: string | null
  subject: string | null
}

/**
 * Users of a tenant in the order of their ids, after `after`. Of several identities at the connection, the one used last.
 * The page is cut from the index of tenant and id before anything else is asked of it: told of the organization too, a
 * database that has counted nothing sorts all that is left of the tenant for every page.
 */
export function listDirectoryPeople(
  db: Db,
  scope: { organizationId: string; tenantId: string; connectionId: string },
  page: { after: string | null; limit: number },
): Promise<DirectoryPersonRow[]> {
  return db.$queryRaw<DirectoryPersonRow[]>(sql`
    SELECT u.id, u.email, u.username, u.sso_username AS "ssoUsername", u.first_name AS "firstName",
      u.last_name AS "lastName", (
        SELECT i.subject FROM identities i WHERE i.user_id = u.id AND i.connection_id = ${scope.connectionId}
        ORDER BY i.last_sign_in_at DESC NULLS LAST, i.id LIMIT 1
      ) AS subject
    FROM (
      SELECT * FROM users WHERE tenant_id = ${scope.tenantId} AND id > ${page.after ?? ''}
      ORDER BY tenant_id, id LIMIT ${page.limit}
    ) u
    WHERE u.organization_id = ${scope.organizationId}
    ORDER BY u.id`)
}

/** A sign-in of which it is known whom the connection described. */
export type DescribedSignInRow = { id: string; at: Date; external: unknown }

/** Sign-ins through a connection since `since`, newest first, before the trace `before`. */
export function listDescribedSignIns(
  db: Db,
  scope: { organizationId: string; connectionId: string },
  page: { since: Date; before: string | null; limit: number },
): Promise<DescribedSignInRow[]> {
  return db.$queryRaw<DescribedSignInRow[]>(sql`
    SELECT id, at, external FROM traces
    WHERE connection_id = ${scope.connectionId} AND organization_id = ${scope.organizationId}
      AND purpose = 'sign-in' AND external IS NOT NULL AND at >= ${page.since}
      ${page.before === null ? emptySql : sql`AND id < ${page.before}`}
    ORDER BY id DESC LIMIT ${page.limit}`)
}

/** Which of these users have a password, an identity at any connection, or have signed in. */
export async function findUsersInUse(db: Db, organizationId: string, ids: string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set()
  const rows = await db.$queryRaw<{ id: string }[]>(sql`
    SELECT u.id FROM users u WHERE u.organization_id = ${organizationId} AND u.id = ANY(${ids}::text[])
      AND (u.password_hash IS NOT NULL OR u.last_sign_in_at IS NOT NULL
        OR EXISTS (SELECT FROM identities i WHERE i.user_id = u.id))`)
  return new Set(rows.map(({ id }) => id))
}
