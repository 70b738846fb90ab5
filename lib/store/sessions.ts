import { type Db, sql } from './db.ts'

/** An end user's session at the broker. `profile` and `upstream` are what login put there. */
export type SessionRecord = {
  id: string
  organizationId: string
  tenantId: string
  tenant: string
  connectionId: string | null
  userId: string | null
  /** SHA-256 of the cookie that names it; null when no browser holds it (a connection addressed the Polis way). */
  cookieHash: string | null
  /** `sub` towards applications. */
  subject: string
  profile: unknown
  amr: string[]
  acr: string | null
  authenticatedAt: Date
  upstreamSubject: string | null
  upstream: unknown
  address: string
  userAgent: string
  createdAt: Date
  lastSeenAt: Date
  /** At the latest then; unused, it ends earlier. */
  expiresAt: Date
  revokedAt: Date | null
}

export type NewSession = Omit<SessionRecord, 'tenant' | 'createdAt' | 'lastSeenAt' | 'revokedAt'> & {
  at: Date
}

/** Columns of a session under the aliases s and t (its tenant). */
export const sessionColumns = sql`
  s.id, s.organization_id AS "organizationId", s.tenant_id AS "tenantId", t.slug AS tenant,
  s.connection_id AS "connectionId", s.user_id AS "userId", s.cookie_hash AS "cookieHash", s.subject, s.profile, s.amr,
  s.acr, s.authenticated_at AS "authenticatedAt", s.upstream_subject AS "upstreamSubject", s.upstream, s.address,
  s.user_agent AS "userAgent", s.created_at AS "createdAt", s.last_seen_at AS "lastSeenAt", s.expires_at AS "expiresAt",
  s.revoked_at AS "revokedAt"`

/**
 * The live session a cookie names, if connection and user still may sign in. `idleSince`: what was last seen
 * before is over.
 */
export async function findLiveSession(
  db: Db,
  organizationId: string,
  cookieHash: string,
  at: { now: Date; idleSince: Date },
): Promise<SessionRecord | null> {
  const [row] = await db.$queryRaw<SessionRecord[]>(sql`
    SELECT ${sessionColumns} FROM sessions s JOIN tenants t ON t.id = s.tenant_id
    LEFT JOIN connections c ON c.id = s.connection_id LEFT JOIN users u ON u.id = s.user_id
    WHERE s.cookie_hash = ${cookieHash} AND s.organization_id = ${organizationId} AND s.revoked_at IS NULL
      AND s.expires_at > ${at.now} AND s.last_seen_at > ${at.idleSince}
      AND (c.id IS NULL OR c.active) AND (u.id IS NULL OR u.status = 'active')`)
  return row ?? null
}

export async function touchSession(db: Db, id: string, at: Date): Promise<void> {
  await db.$executeRaw(
    sql`UPDATE sessions SET last_seen_at = ${at} WHERE id = ${id} AND last_seen_at < ${at}`,
  )
}
