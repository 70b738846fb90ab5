import { type ConnectionRecord, connectionColumns } from './connections.ts'
import { type Db, sql } from './db.ts'

export type LoginRequestRecord = {
  id: string
  organizationId: string
  connectionId: string
  browserHash: string
  upstreamRequestId: string
  request: unknown
  upstreamStateSealed: string | null
  createdAt: Date
  expiresAt: Date
}

export async function insertLoginRequest(db: Db, row: LoginRequestRecord): Promise<void> {
  await db.$executeRaw(sql`
    INSERT INTO login_requests
      (id, organization_id, connection_id, browser_hash, upstream_request_id, request, upstream_state_sealed, created_at, expires_at)
    VALUES (${row.id}, ${row.organizationId}, ${row.connectionId}, ${row.browserHash}, ${row.upstreamRequestId},
      ${JSON.stringify(row.request)}::jsonb, ${row.upstreamStateSealed}, ${row.createdAt}, ${row.expiresAt})`)
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
    upstreamStateSealed: string | null
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
      l.upstream_state_sealed AS "upstreamStateSealed",       l.created_at AS "loginCreatedAt", l.expires_at AS "loginExpiresAt"
    FROM l JOIN connections c ON c.id = l.connection_id
    JOIN tenants t ON t.id = c.tenant_id JOIN products p ON p.id = c.product_id`)
  if (!row) return null
  const { upstreamRequestId, request, upstreamStateSealed, loginCreatedAt, loginExpiresAt, ...connection } =
    row
  return {
    connection,
    login: {
      id,
      organizationId,
      connectionId: connection.id,
      browserHash,
      upstreamRequestId,
      request,
      upstreamStateSealed,
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

/** Removes a login that came back too late, if this browser began it. */
export async function forgetLoginRequest(db: Db, id: string, browserHash: string): Promise<void> {
  await db.loginRequest.deleteMany({ where: { id, browserHash } })
}

export type ExpiredLogin = {
  organizationId: string
  request: unknown
  connectionId: string
  connectionName: string
  kind: string
  tenant: string
  product: string
}

/** Takes out logins that nobody finished, at most `limit`, oldest first. One statement: no two callers get the same. */
export function takeExpiredLogins(db: Db, now: Date, limit: number): Promise<ExpiredLogin[]> {
  return db.$queryRaw<ExpiredLogin[]>(sql`
    WITH due AS (
      SELECT id FROM login_requests WHERE expires_at <= ${now} ORDER BY expires_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ), gone AS (
      DELETE FROM login_requests l USING due WHERE l.id = due.id RETURNING l.organization_id, l.request, l.connection_id
    )
    SELECT gone.organization_id AS "organizationId", gone.request, gone.connection_id AS "connectionId",
      COALESCE(c.name, c.upstream_id) AS "connectionName", c.kind, t.slug AS tenant, p.slug AS product
    FROM gone JOIN connections c ON c.id = gone.connection_id
    JOIN tenants t ON t.id = c.tenant_id JOIN products p ON p.id = c.product_id`)
}
