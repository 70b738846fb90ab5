import { type Db, emptySql, type Json, sql } from './db.ts'
import { type NewSession, sessionInsertColumns, sessionInsertValues } from './sessions.ts'
import { type TraceRecord, traceColumns, traceValues } from './traces.ts'

/**
 * One authorization: who signed in, what was asked for, and the hash of the code that carries it. Its client is a
 * connection or an application.
 */
export type GrantRecord = {
  id: string
  organizationId: string
  connectionId: string | null
  applicationId: string | null
  sessionId: string | null
  userId: string | null
  traceId: string
  /** Null for a grant without a code: client credentials. */
  codeHash: string | null
  codeExpiresAt: Date | null
  codeUsedAt: Date | null
  failedAttempts: number
  clientId: string
  redirectUri: string
  codeChallenge: string | null
  nonce: string | null
  scope: string
  resources: string[]
  claims: unknown
  /** `sub` towards the client. */
  subject: string
  profile: unknown
  requested: unknown
  amr: string[]
  acr: string | null
  /** The key the code is bound to, when the client said so beforehand (RFC 9449 §10). */
  dpopJkt: string | null
  authenticatedAt: Date
  sessionNotOnOrAfterAt: Date | null
  revokedAt: Date | null
  createdAt: Date
  expiresAt: Date
}

export type NewGrant = Omit<
  GrantRecord,
  'codeUsedAt' | 'failedAttempts' | 'revokedAt' | 'createdAt' | 'claims'
> & { claims: Json | null }

/** What must not be accepted twice: the hash of an assertion's id, and until when it is remembered. */
export type OnceOnly = { hash: string; expiresAt: Date }

const grantInsertColumns = sql`id, organization_id, connection_id, application_id, session_id, user_id, trace_id, code_hash,
  code_expires_at, client_id, redirect_uri, code_challenge, nonce, scope, resources, claims, subject, profile, requested,
  amr, acr, dpop_jkt, authenticated_at, session_not_on_or_after_at, created_at, expires_at`

function grantValues(grant: NewGrant, at: Date) {
  return sql`${grant.id}, ${grant.organizationId}, ${grant.connectionId}, ${grant.applicationId}, ${grant.sessionId},
    ${grant.userId}, ${grant.traceId}, ${grant.codeHash}, ${grant.codeExpiresAt}, ${grant.clientId}, ${grant.redirectUri},
    ${grant.codeChallenge}, ${grant.nonce}, ${grant.scope}, ${grant.resources}::text[],
    ${grant.claims === null ? null : JSON.stringify(grant.claims)}::jsonb, ${grant.subject},
    ${JSON.stringify(grant.profile)}::jsonb, ${JSON.stringify(grant.requested)}::jsonb, ${grant.amr}::text[], ${grant.acr},
    ${grant.dpopJkt}, ${grant.authenticatedAt}, ${grant.sessionNotOnOrAfterAt}, ${at}, ${grant.expiresAt}`
}

/**
 * Remembers the assertion (null: that was done before) and, only if this connection had not seen it before, stores the
 * grant, its trace, and the session in which it was granted, where there is one. One statement: of ten parallel posts of
 * one assertion one gets `true`.
 */
export async function insertGrantForAssertion(
  db: Db,
  assertion: OnceOnly | null,
  grant: NewGrant & { connectionId: string },
  trace: TraceRecord,
  session: NewSession | null = null,
): Promise<boolean> {
  const opened = session
    ? sql`, opened AS (INSERT INTO sessions (${sessionInsertColumns}) SELECT ${sessionInsertValues(session)} FROM seen)`
    : emptySql
  const count = await db.$executeRaw(sql`
    WITH seen AS (${assertion ? remember(grant.connectionId, assertion) : sql`SELECT 1`})${opened}, granted AS (
      INSERT INTO grants (${grantInsertColumns}) SELECT ${grantValues(grant, trace.at)} FROM seen RETURNING 1
    )
    INSERT INTO traces (${traceColumns}) SELECT ${traceValues(trace)} FROM granted`)
  return count === 1
}

function remember(connectionId: string, { hash, expiresAt }: OnceOnly) {
  return sql`INSERT INTO seen_assertions (connection_id, assertion_hash, expires_at)
    VALUES (${connectionId}, ${hash}, ${expiresAt}) ON CONFLICT (connection_id, assertion_hash) DO NOTHING RETURNING 1`
}

/**
 * Stores the grant of an application and its trace by one statement. False when the application is gone, or the
 * session ended meanwhile: then nothing is stored.
 */
export async function insertGrantForApplication(
  db: Db,
  grant: NewGrant & { applicationId: string; sessionId: string },
  trace: TraceRecord,
): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    WITH granted AS (
      INSERT INTO grants (${grantInsertColumns}) SELECT ${grantValues(grant, trace.at)}
      FROM applications a JOIN sessions s ON s.id = ${grant.sessionId} AND s.revoked_at IS NULL
      WHERE a.id = ${grant.applicationId} AND a.organization_id = ${grant.organizationId} RETURNING 1
    )
    INSERT INTO traces (${traceColumns}) SELECT ${traceValues(trace)} FROM granted`)
  return count === 1
}

/** Remembers an assertion without a grant (a test sign-in). False when the connection had seen it before. */
export async function rememberAssertion(db: Db, connectionId: string, assertion: OnceOnly): Promise<boolean> {
  const rows = await db.$queryRaw<unknown[]>(remember(connectionId, assertion))
  return rows.length === 1
}

/** A grant with what the token endpoint must know of its client, and of whom it is about. */
export type GrantWithClient = GrantRecord & {
  /** Empty where nobody signed in (client credentials). */
  tenant: string
  product: string
  connectionClientId: string | null
  connectionName: string | null
  connectionKind: string | null
  clientSecretSealed: string | null
  connectionActive: boolean | null
  /** When the session it grew out of was ended; null while it lives, or where there is none. */
  sessionRevokedAt: Date | null
  /** Of the person in the directory; null when the grant is about nobody there. */
  userStatus: string | null
  /** Whether the tenant still lets people in the way this person came in. */
  wayIsOpen: boolean
}

/** Somebody of the directory without a connection came in with a password; their tenant may have closed that way. */
const wayIsOpen = sql`(g.connection_id IS NOT NULL OR ut.id IS NULL OR (ut.password_sign_in AND NOT ut.enforce_sso))`

/**
 * What the tenant of whoever signed in is called now: the slug it was asked for by may have gone to another one. A
 * connection that is its own client is named by the slug it was asked for by.
 */
const tenantSlug = sql`COALESCE(CASE WHEN g.application_id IS NOT NULL THEN COALESCE(ct.slug, ut.slug) END,
  g.requested->>'tenant', '')`

const grantColumns = sql`
  g.id, g.organization_id AS "organizationId", g.connection_id AS "connectionId", g.application_id AS "applicationId",
  g.session_id AS "sessionId", g.user_id AS "userId", g.trace_id AS "traceId",
  g.code_hash AS "codeHash", g.code_expires_at AS "codeExpiresAt", g.code_used_at AS "codeUsedAt",
  g.failed_attempts AS "failedAttempts", g.client_id AS "clientId", g.redirect_uri AS "redirectUri",
  g.code_challenge AS "codeChallenge", g.nonce, g.scope, g.resources, g.claims, g.subject, g.profile, g.requested, g.amr,
  g.acr, g.dpop_jkt AS "dpopJkt", g.authenticated_at AS "authenticatedAt",
  g.session_not_on_or_after_at AS "sessionNotOnOrAfterAt", g.revoked_at AS "revokedAt", g.created_at AS "createdAt",
  g.expires_at AS "expiresAt", ${tenantSlug} AS tenant,
  COALESCE(g.requested->>'product', '') AS product, c.client_id AS "connectionClientId",
  c.client_secret_sealed AS "clientSecretSealed", COALESCE(c.name, c.upstream_id) AS "connectionName",
  c.kind AS "connectionKind", c.active AS "connectionActive", u.status AS "userStatus",
  s.revoked_at AS "sessionRevokedAt", ${wayIsOpen} AS "wayIsOpen"`

const grantJoins = sql`
  LEFT JOIN connections c ON c.id = g.connection_id LEFT JOIN users u ON u.id = g.user_id
  LEFT JOIN tenants ut ON ut.id = u.tenant_id LEFT JOIN tenants ct ON ct.id = c.tenant_id LEFT JOIN sessions s ON s.id = g.session_id`

/** What a grant may still be used for: neither revoked, nor its connection deactivated, nor its person disabled. */
const isLive = sql`g.revoked_at IS NULL AND COALESCE(c.active, TRUE) AND COALESCE(u.status, 'active') = 'active'
  AND ${wayIsOpen}`

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

export type NewAccessToken = {
  hash: string
  scope: string
  audience: string[]
  dpopJkt: string | null
  expiresAt: Date
}

export type NewRefreshToken = { hash: string; expiresAt: Date }

export type NewTokens = { access: NewAccessToken; refresh: NewRefreshToken | null }

/** Inserts the tokens for the rows of the CTE `used (id)`; the count of access tokens says whether there was one. */
function insertTokens({ access, refresh }: NewTokens, now: Date) {
  const refreshed =
    refresh &&
    sql`, refreshed AS (
      INSERT INTO refresh_tokens (token_hash, grant_id, created_at, expires_at)
      SELECT ${refresh.hash}, used.id, ${now}, ${refresh.expiresAt} FROM used
    )`
  return sql`${refreshed ?? sql``}
    INSERT INTO access_tokens (token_hash, grant_id, scope, audience, dpop_jkt, created_at, expires_at)
    SELECT ${access.hash}, used.id, ${access.scope}, ${access.audience}::text[], ${access.dpopJkt}, ${now},
      ${access.expiresAt} FROM used`
}

/**
 * Uses the code up and stores the tokens issued for it; `bindTo` is the key refresh tokens of a public client need.
 * One statement: of any number of parallel redemptions one gets `true`.
 */
export async function consumeCodeForTokens(
  db: Db,
  grantId: string,
  tokens: NewTokens,
  limits: { now: Date; maxFailedAttempts: number; bindTo: string | null },
): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    WITH used AS (
      UPDATE grants SET code_used_at = ${limits.now}, dpop_jkt = COALESCE(dpop_jkt, ${limits.bindTo})
      WHERE id = ${grantId} AND code_used_at IS NULL AND code_expires_at > ${limits.now} AND revoked_at IS NULL
        AND failed_attempts < ${limits.maxFailedAttempts}
      RETURNING id
    )${insertTokens(tokens, limits.now)}`)
  return count === 1
}

/** Stores a grant without a code, with its access token: client credentials. */
export async function insertGrantWithToken(db: Db, grant: NewGrant, access: NewAccessToken, now: Date) {
  await db.$executeRaw(sql`
    WITH used AS (
      INSERT INTO grants (${grantInsertColumns}) VALUES (${grantValues(grant, now)}) RETURNING id
    )${insertTokens({ access, refresh: null }, now)}`)
}

/** A refresh token with the grant it belongs to, used or not, expired or not. */
export type RefreshTokenWithGrant = {
  tokenHash: string
  createdAt: Date
  expiresAt: Date
  usedAt: Date | null
  grant: GrantWithClient
}

export async function findRefreshToken(
  db: Db,
  organizationId: string,
  tokenHash: string,
): Promise<RefreshTokenWithGrant | null> {
  type Row = GrantWithClient & {
    tokenCreatedAt: Date
    tokenExpiresAt: Date
    tokenUsedAt: Date | null
  }
  const [row] = await db.$queryRaw<Row[]>(sql`
    SELECT ${grantColumns}, r.created_at AS "tokenCreatedAt", r.expires_at AS "tokenExpiresAt",
      r.used_at AS "tokenUsedAt"
    FROM refresh_tokens r JOIN grants g ON g.id = r.grant_id ${grantJoins}
    WHERE r.token_hash = ${tokenHash} AND g.organization_id = ${organizationId}`)
  if (!row) return null
  const { tokenCreatedAt, tokenExpiresAt, tokenUsedAt, ...grant } = row
  return { tokenHash, createdAt: tokenCreatedAt, expiresAt: tokenExpiresAt, usedAt: tokenUsedAt, grant }
}

/**
 * Uses the refresh token up and stores its successors.
 * One statement: of any number of parallel uses one gets `true`.
 */
export async function rotateRefreshToken(
  db: Db,
  tokenHash: string,
  tokens: NewTokens,
  now: Date,
): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    WITH rotated AS (
      UPDATE refresh_tokens SET used_at = ${now}
      WHERE token_hash = ${tokenHash} AND used_at IS NULL AND expires_at > ${now}
      RETURNING grant_id
    ), used AS (
      SELECT g.id FROM rotated JOIN grants g ON g.id = rotated.grant_id WHERE g.revoked_at IS NULL
    )${insertTokens(tokens, now)}`)
  return count === 1
}

/** Counts a redemption that failed; five of them burn the code. */
export async function countFailedRedemption(db: Db, grantId: string): Promise<void> {
  await db.$executeRaw(sql`UPDATE grants SET failed_attempts = failed_attempts + 1 WHERE id = ${grantId}`)
}

/** Ends every token issued from the grant, and its code (RFC 6749 §4.1.2: a code that comes twice). */
export async function revokeGrant(db: Db, grantId: string, now: Date): Promise<void> {
  await db.$executeRaw(sql`
    WITH gone AS (DELETE FROM access_tokens WHERE grant_id = ${grantId})
    UPDATE grants SET revoked_at = COALESCE(revoked_at, ${now}), code_used_at = COALESCE(code_used_at, ${now})
    WHERE id = ${grantId}`)
}

/** Ends one access token. */
export async function deleteAccessToken(db: Db, tokenHash: string): Promise<void> {
  await db.$executeRaw(sql`DELETE FROM access_tokens WHERE token_hash = ${tokenHash}`)
}

export type AccessTokenWithGrant = {
  scope: string
  audience: string[]
  dpopJkt: string | null
  createdAt: Date
  expiresAt: Date
  grant: GrantWithClient
}

/** A live access token and its grant, whose connection is still active and whose person is not disabled. */
export async function findAccessToken(
  db: Db,
  organizationId: string,
  tokenHash: string,
  now: Date,
): Promise<AccessTokenWithGrant | null> {
  type Row = GrantWithClient & {
    tokenScope: string
    tokenAudience: string[]
    tokenJkt: string | null
    tokenCreatedAt: Date
    tokenExpiresAt: Date
  }
  const [row] = await db.$queryRaw<Row[]>(sql`
    SELECT ${grantColumns}, k.scope AS "tokenScope", k.audience AS "tokenAudience", k.dpop_jkt AS "tokenJkt",
      k.created_at AS "tokenCreatedAt", k.expires_at AS "tokenExpiresAt"
    FROM access_tokens k JOIN grants g ON g.id = k.grant_id ${grantJoins}
    WHERE k.token_hash = ${tokenHash} AND k.expires_at > ${now} AND g.organization_id = ${organizationId} AND ${isLive}`)
  if (!row) return null
  const { tokenScope, tokenAudience, tokenJkt, tokenCreatedAt, tokenExpiresAt, ...grant } = row
  return {
    scope: tokenScope,
    audience: tokenAudience,
    dpopJkt: tokenJkt,
    createdAt: tokenCreatedAt,
    expiresAt: tokenExpiresAt,
    grant,
  }
}

/** Whether the grant may still be used: see `findAccessToken`. */
export function isGrantLive(
  grant: Pick<GrantWithClient, 'revokedAt' | 'connectionActive' | 'userStatus' | 'wayIsOpen'>,
): boolean {
  const { revokedAt, connectionActive, userStatus } = grant
  const stands = revokedAt === null && connectionActive !== false && grant.wayIsOpen
  return stands && (userStatus ?? 'active') === 'active'
}

/** Removes what nobody can use any more. A grant stays as long as its session: its application is told when that ends. */
export async function deleteExpiredGrants(db: Db, before: Date): Promise<number> {
  await db.accessToken.deleteMany({ where: { expiresAt: { lt: before } } })
  await db.refreshToken.deleteMany({ where: { expiresAt: { lt: before } } })
  await db.seenAssertion.deleteMany({ where: { expiresAt: { lt: before } } })
  await db.seenValue.deleteMany({ where: { expiresAt: { lt: before } } })
  await db.interaction.deleteMany({ where: { expiresAt: { lt: before } } })
  await db.pushedRequest.deleteMany({ where: { expiresAt: { lt: before } } })
  const { count } = await db.grant.deleteMany({ where: { expiresAt: { lt: before }, sessionId: null } })
  return count
}
