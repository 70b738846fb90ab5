import { type Db, sql } from './db.ts'
import { type TraceRecord, traceColumns, traceValues } from './traces.ts'

/** One authorization: who signed in, what was asked for, and the hash of the code that carries it. */
export type GrantRecord = {
  id: string
  organizationId: string
  connectionId: string
  traceId: string
  codeHash: string
  codeExpiresAt: Date
  codeUsedAt: Date | null
  failedAttempts: number
  clientId: string
  redirectUri: string
  codeChallenge: string | null
  nonce: string | null
  scope: string
  subject: string
  profile: unknown
  requested: unknown
  authenticatedAt: Date
  sessionNotOnOrAfterAt: Date | null
  expiresAt: Date
}

export type NewGrant = Omit<GrantRecord, 'codeUsedAt' | 'failedAttempts'>

/**
 * Remembers the assertion and, only if this connection had not seen it before, stores the grant and its trace.
 * One statement: of ten parallel posts of one assertion one gets `true`.
 */
export async function insertGrantForAssertion(
  db: Db,
  assertion: { hash: string; expiresAt: Date },
  grant: NewGrant,
  trace: TraceRecord,
): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    WITH seen AS (
      INSERT INTO seen_assertions (connection_id, assertion_hash, expires_at)
      VALUES (${grant.connectionId}, ${assertion.hash}, ${assertion.expiresAt})
      ON CONFLICT (connection_id, assertion_hash) DO NOTHING RETURNING 1
    ), granted AS (
      INSERT INTO grants (id, organization_id, connection_id, trace_id, code_hash, code_expires_at, client_id,
        redirect_uri, code_challenge, nonce, scope, subject, profile, requested, authenticated_at, session_not_on_or_after_at,
        created_at, expires_at)
      SELECT ${grant.id}, ${grant.organizationId}, ${grant.connectionId}, ${grant.traceId}, ${grant.codeHash},
        ${grant.codeExpiresAt}, ${grant.clientId}, ${grant.redirectUri}, ${grant.codeChallenge}, ${grant.nonce},
        ${grant.scope}, ${grant.subject}, ${JSON.stringify(grant.profile)}::jsonb, ${JSON.stringify(grant.requested)}::jsonb,
        ${grant.authenticatedAt}, ${grant.sessionNotOnOrAfterAt}, ${trace.at}, ${grant.expiresAt}
      FROM seen RETURNING 1
    )
    INSERT INTO traces (${traceColumns}) SELECT ${traceValues(trace)} FROM granted`)
  return count === 1
}

/** Remembers an assertion without a grant (a test sign-in). False when the connection had seen it before. */
export async function rememberAssertion(
  db: Db,
  connectionId: string,
  assertion: { hash: string; expiresAt: Date },
): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    INSERT INTO seen_assertions (connection_id, assertion_hash, expires_at)
    VALUES (${connectionId}, ${assertion.hash}, ${assertion.expiresAt})
    ON CONFLICT (connection_id, assertion_hash) DO NOTHING`)
  return count === 1
}

/** A grant with what the token endpoint must know of its connection. */
export type GrantWithClient = GrantRecord & {
  tenant: string
  product: string
  connectionClientId: string
  connectionName: string
  connectionKind: string
  clientSecretSealed: string
  connectionActive: boolean
}

const grantColumns = sql`
  g.id, g.organization_id AS "organizationId", g.connection_id AS "connectionId", g.trace_id AS "traceId",
  g.code_hash AS "codeHash", g.code_expires_at AS "codeExpiresAt", g.code_used_at AS "codeUsedAt",
  g.failed_attempts AS "failedAttempts", g.client_id AS "clientId", g.redirect_uri AS "redirectUri",
  g.code_challenge AS "codeChallenge", g.nonce, g.scope, g.subject, g.profile, g.requested,
  g.authenticated_at AS "authenticatedAt", g.session_not_on_or_after_at AS "sessionNotOnOrAfterAt", g.expires_at AS "expiresAt",
  t.slug AS tenant, p.slug AS product, c.client_id AS "connectionClientId", c.client_secret_sealed AS "clientSecretSealed",
  COALESCE(c.name, c.upstream_id) AS "connectionName", c.kind AS "connectionKind", c.active AS "connectionActive"`

const grantJoins = sql`
  JOIN connections c ON c.id = g.connection_id JOIN tenants t ON t.id = c.tenant_id
  JOIN products p ON p.id = c.product_id`

/** The grant a code belongs to, used or not, expired or not: the checks of the token endpoint say which. */
export async function findGrantByCode(
  db: Db,
  organizationId: string,
  codeHash: string,
): Promise<GrantWithClient | null> {
  const [row] = await db.$queryRaw<GrantWithClient[]>(sql`
    SELECT ${grantColumns} FROM grants g ${grantJoins}
    WHERE g.code_hash = ${codeHash} AND g.organization_id = ${organizationId}`)
  return row ?? null
}

/**
 * Uses the code up and stores the access token issued for it.
 * One statement: of any number of parallel redemptions one gets `true`.
 */
export async function consumeCodeForToken(
  db: Db,
  grantId: string,
  token: { hash: string; expiresAt: Date },
  limits: { now: Date; maxFailedAttempts: number },
): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    WITH used AS (
      UPDATE grants SET code_used_at = ${limits.now}
      WHERE id = ${grantId} AND code_used_at IS NULL AND code_expires_at > ${limits.now}
        AND failed_attempts < ${limits.maxFailedAttempts}
      RETURNING id
    )
    INSERT INTO access_tokens (token_hash, grant_id, created_at, expires_at)
    SELECT ${token.hash}, used.id, ${limits.now}, ${token.expiresAt} FROM used`)
  return count === 1
}

/** Counts a redemption that failed; five of them burn the code. */
export async function countFailedRedemption(db: Db, grantId: string): Promise<void> {
  await db.$executeRaw(sql`UPDATE grants SET failed_attempts = failed_attempts + 1 WHERE id = ${grantId}`)
}

/** Ends every token issued from the grant (RFC 6749 §4.1.2: a code that comes twice). */
export async function revokeGrant(db: Db, grantId: string, now: Date): Promise<void> {
  await db.$executeRaw(sql`DELETE FROM access_tokens WHERE grant_id = ${grantId}`)
  await db.$executeRaw(
    sql`UPDATE grants SET code_used_at = COALESCE(code_used_at, ${now}) WHERE id = ${grantId}`,
  )
}

/** The grant behind a live access token whose connection is still active. */
export async function findGrantByAccessToken(
  db: Db,
  organizationId: string,
  tokenHash: string,
  now: Date,
): Promise<GrantWithClient | null> {
  const [row] = await db.$queryRaw<GrantWithClient[]>(sql`
    SELECT ${grantColumns} FROM access_tokens k JOIN grants g ON g.id = k.grant_id ${grantJoins}
    WHERE k.token_hash = ${tokenHash} AND k.expires_at > ${now} AND g.organization_id = ${organizationId} AND c.active`)
  return row ?? null
}

/** Removes what nobody can use any more. A grant stays as long as its session: its application is told when that ends. */
export async function deleteExpiredGrants(db: Db, before: Date): Promise<number> {
  await db.accessToken.deleteMany({ where: { expiresAt: { lt: before } } })
  await db.seenAssertion.deleteMany({ where: { expiresAt: { lt: before } } })
  const { count } = await db.grant.deleteMany({ where: { expiresAt: { lt: before }, sessionId: null } })
  return count
}
