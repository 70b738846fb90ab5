import { type Db, sql } from './db.ts'

/** Parameters of an authorization request that the client sent ahead (RFC 9126). */
export type PushedRequestRecord = {
  /** SHA-256 of the reference in `request_uri`. */
  id: string
  organizationId: string
  applicationId: string
  parameters: unknown
  dpopJkt: string | null
  createdAt: Date
  expiresAt: Date
}

export async function insertPushedRequest(db: Db, row: PushedRequestRecord): Promise<void> {
  await db.$executeRaw(sql`
    INSERT INTO pushed_requests (id, organization_id, application_id, parameters, dpop_jkt, created_at, expires_at)
    VALUES (${row.id}, ${row.organizationId}, ${row.applicationId}, ${JSON.stringify(row.parameters)}::jsonb,
      ${row.dpopJkt}, ${row.createdAt}, ${row.expiresAt})`)
}

/** Takes the parameters out of the database, if they are that client's. One statement: of any number of callers one gets them. */
export async function consumePushedRequest(
  db: Db,
  organizationId: string,
  id: string,
  clientId: string,
  now: Date,
): Promise<{ parameters: unknown; dpopJkt: string | null } | null> {
  const [row] = await db.$queryRaw<{ parameters: unknown; dpopJkt: string | null }[]>(sql`
    DELETE FROM pushed_requests p USING applications a
    WHERE p.id = ${id} AND p.organization_id = ${organizationId} AND p.expires_at > ${now}
      AND a.id = p.application_id AND a.client_id = ${clientId}
    RETURNING p.parameters, p.dpop_jkt AS "dpopJkt"`)
  return row ?? null
}
