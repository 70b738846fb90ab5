import { type ConnectionRecord, connectionColumns } from './connections.ts'
import { type Db, sql } from './db.ts'

export type LogoutRequestRecord = {
  /** SHA-256 of the RelayState. */
  id: string
  organizationId: string
  connectionId: string
  upstreamRequestId: string
  /** Where the browser goes afterwards; null: our own page. */
  redirectUrl: string | null
  /** What the flow remembers of it. */
  request: unknown
  createdAt: Date
  expiresAt: Date
}

export async function insertLogoutRequest(db: Db, row: LogoutRequestRecord): Promise<void> {
  await db.$executeRaw(sql`
    INSERT INTO logout_requests
      (id, organization_id, connection_id, upstream_request_id, redirect_url, request, created_at, expires_at)
    VALUES (${row.id}, ${row.organizationId}, ${row.connectionId}, ${row.upstreamRequestId}, ${row.redirectUrl},
      ${JSON.stringify(row.request)}::jsonb, ${row.createdAt}, ${row.expiresAt})`)
}

export type ConsumedLogout = Pick<LogoutRequestRecord, 'upstreamRequestId' | 'redirectUrl' | 'request'> & {
  connection: ConnectionRecord
}

/**
 * Takes the logout out of the database, together with its connection as it is now, if it belongs to this organization
 * and has not expired. One statement: of any number of callers one gets it.
 */
export async function consumeLogoutRequest(
  db: Db,
  organizationId: string,
  id: string,
  now: Date,
): Promise<ConsumedLogout | null> {
  const [row] = await db.$queryRaw<(ConnectionRecord & Omit<ConsumedLogout, 'connection'>)[]>(sql`
    WITH l AS (
      DELETE FROM logout_requests
      WHERE id = ${id} AND organization_id = ${organizationId} AND expires_at > ${now} RETURNING *
    )
    SELECT ${connectionColumns}, l.upstream_request_id AS "upstreamRequestId", l.redirect_url AS "redirectUrl", l.request
    FROM l JOIN connections c ON c.id = l.connection_id
    JOIN tenants t ON t.id = c.tenant_id JOIN products p ON p.id = c.product_id`)
  if (!row) return null
  const { upstreamRequestId, redirectUrl, request, ...connection } = row
  return { upstreamRequestId, redirectUrl, request, connection }
}

export type ExpiredLogout = {
  organizationId: string
  request: unknown
  connectionId: string
  connectionName: string
  kind: string
  tenant: string
  product: string
}

/** Takes out logouts nobody came back from, at most `limit`, oldest first. One statement: no two callers get the same. */
export function takeExpiredLogouts(db: Db, now: Date, limit: number): Promise<ExpiredLogout[]> {
  return db.$queryRaw<ExpiredLogout[]>(sql`
    WITH due AS (
      SELECT id FROM logout_requests WHERE expires_at <= ${now} ORDER BY expires_at LIMIT ${limit} FOR UPDATE SKIP LOCKED
    ), gone AS (
      DELETE FROM logout_requests l USING due WHERE l.id = due.id RETURNING l.organization_id, l.request, l.connection_id
    )
    SELECT gone.organization_id AS "organizationId", gone.request, gone.connection_id AS "connectionId",
      COALESCE(c.name, c.upstream_id) AS "connectionName", c.kind, t.slug AS tenant, p.slug AS product
    FROM gone JOIN connections c ON c.id = gone.connection_id
    JOIN tenants t ON t.id = c.tenant_id JOIN products p ON p.id = c.product_id`)
}
