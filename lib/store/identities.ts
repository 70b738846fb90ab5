import { type Db, emptySql, type Page, sql, toPage } from './db.ts'
import { closeGrants, endSessions } from './sessions.ts'

/** The lasting link of a user to who they are at a connection. */
export type IdentityRecord = {
  id: string
  /** NameID or `sub`, as the connection names them. */
  subject: string
  connectionId: string
  /** clientID of the connection. */
  connection: string
  connectionName: string
  kind: string
  createdAt: Date
  lastSignInAt: Date | null
}

/** Identities of a user, newest first. */
export async function listIdentitiesOfUser(
  db: Db,
  organizationId: string,
  userId: string,
  options: { cursor?: string; limit: number },
): Promise<Page<IdentityRecord>> {
  const { cursor, limit } = options
  const rows = await db.$queryRaw<IdentityRecord[]>(sql`
    SELECT i.id, i.subject, c.id AS "connectionId", c.client_id AS connection,
      COALESCE(c.name, c.upstream_id) AS "connectionName", c.kind, i.created_at AS "createdAt",
      i.last_sign_in_at AS "lastSignInAt"
    FROM identities i JOIN connections c ON c.id = i.connection_id
    WHERE i.user_id = ${userId} AND i.organization_id = ${organizationId}
      ${cursor === undefined ? emptySql : sql`AND i.id < ${cursor}`}
    ORDER BY i.id DESC LIMIT ${limit + 1}`)
  return toPage(rows, limit)
}

export type TakenIdentity = Pick<IdentityRecord, 'id' | 'subject' | 'connectionId' | 'connectionName'>

/** Takes an identity away from its user: of two who do so at once one gets it, the other null. */
export async function takeIdentity(
  db: Db,
  organizationId: string,
  userId: string,
  id: string,
): Promise<TakenIdentity | null> {
  const [row] = await db.$queryRaw<TakenIdentity[]>(sql`
    DELETE FROM identities i USING connections c
    WHERE i.id = ${id} AND i.user_id = ${userId} AND i.organization_id = ${organizationId} AND c.id = i.connection_id
    RETURNING i.id, i.subject, c.id AS "connectionId", COALESCE(c.name, c.upstream_id) AS "connectionName"`)
  return row ?? null
}

/**
 * Ends the sessions a user opened through a connection, as `endSessions` does, and the grants that outlived theirs. Of a
 * grant whose session is removed nothing says through what it came, so it ends as well. Returns how many sessions ended.
 */
export async function endSessionsThrough(
  db: Db,
  organizationId: string,
  { userId, connectionId }: { userId: string; connectionId: string },
  now: Date,
): Promise<number> {
  const ended = await endSessions(db, organizationId, { userId, connectionId }, now)
  const through = sql`g.user_id = ${userId} AND (g.connection_id = ${connectionId} OR (
    g.connection_id IS NULL AND NOT EXISTS (
      SELECT FROM sessions s WHERE s.id = g.session_id AND s.connection_id IS DISTINCT FROM ${connectionId})))`
  await closeGrants(db, organizationId, through, now)
  return ended.length
}
