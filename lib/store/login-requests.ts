import { type ConnectionRecord, connectionColumns } from './connections.ts'
import { type Db, sql } from './db.ts'

export type LoginRequestRecord = {
  id: string
  organizationId: string
  connectionId: string
  browserHash: string
  upstreamRequestId: string
  request: unknown
  createdAt: Date
  expiresAt: Date
}

export async function insertLoginRequest(db: Db, row: LoginRequestRecord): Promise<void> {
  await db.$executeRaw(sql`
    INSERT INTO login_requests
      (id, organization_id, connection_id, browser_hash, upstream_request_id, request, created_at, expires_at)
    VALUES (${row.id}, ${row.organizationId}, ${row.connectionId}, ${row.browserHash}, ${row.upstreamRequestId},
      ${JSON.stringify(row.request)}::jsonb, ${row.createdAt}, ${row.expiresAt})`)
}

export type ConsumedLogin = { login: LoginRequestRecord; connection: ConnectionRecord }

/**
 * Takes the login request out of the database, together with its connection as it is now, if it belongs to this
 * organization and this browser and has not expired. One statement: of any number of callers one gets it.
 */
export async function consumeLoginRequest(
  db: Db,
  organizationId: string,
  id: string,
  browserHash: string,
  now: Date,
): Promise<ConsumedLogin | null> {
  type Row = ConnectionRecord & {
    upstreamRequestId: string
    request: unknown
    loginCreatedAt: Date
    loginExpiresAt: Date
  }
  const [row] = await db.$queryRaw<Row[]>(sql`
    WITH l AS (
      DELETE FROM login_requests
      WHERE id = ${id} AND organization_id = ${organizationId} AND browser_hash = ${browserHash} AND expires_at > ${now}
      RETURNING *
    )
    SELECT ${connectionColumns}, l.upstream_request_id AS "upstreamRequestId", l.request,
      l.created_at AS "loginCreatedAt", l.expires_at AS "loginExpiresAt"
    FROM l JOIN connections c ON c.id = l.connection_id
    JOIN tenants t ON t.id = c.tenant_id JOIN applications a ON a.id = c.application_id`)
  if (!row) return null
  const { upstreamRequestId, request, loginCreatedAt, loginExpiresAt, ...connection } = row
  return {
    connection,
    login: {
      id,
      organizationId,
      connectionId: connection.id,
      browserHash,
      upstreamRequestId,
      request,
      createdAt: loginCreatedAt,
      expiresAt: loginExpiresAt,
    },
  }
}

/** Why a login could not be consumed, for the trace: still there for another browser, or too old, or gone. */
export async function findLoginRequest(
  db: Db,
  organizationId: string,
  id: string,
): Promise<LoginRequestRecord | null> {
  return db.loginRequest.findFirst({ where: { id, organizationId } })
}

export async function deleteExpiredLoginRequests(db: Db, before: Date): Promise<number> {
  const { count } = await db.loginRequest.deleteMany({ where: { expiresAt: { lt: before } } })
  return count
}
