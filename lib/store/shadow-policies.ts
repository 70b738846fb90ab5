import { type Db, emptySql, type Json, type Page, sql, toPage } from './db.ts'

/** Tries policies on the sign-ins of a connection from now on; others that were tried are forgotten. */
export async function setShadowPolicies(
  db: Db,
  organizationId: string,
  connectionId: string,
  policies: Json,
  since: Date,
): Promise<void> {
  const data = { shadowPolicies: policies, shadowSinceAt: since }
  await db.connection.updateMany({ where: { id: connectionId, organizationId }, data })
}

/** Ends the trial. False when there was none. */
export async function clearShadowPolicies(
  db: Db,
  organizationId: string,
  connectionId: string,
): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    UPDATE connections SET shadow_policies = NULL, shadow_since_at = NULL
    WHERE id = ${connectionId} AND organization_id = ${organizationId} AND shadow_since_at IS NOT NULL`)
  return count > 0
}

/** Makes the policies that were tried since `since` the connection's own, and ends the trial. False when it is another by now. */
export async function adoptShadowPolicies(
  db: Db,
  organizationId: string,
  connectionId: string,
  since: Date,
): Promise<boolean> {
  const count = await db.$executeRaw(sql`
    UPDATE connections SET user_policies = shadow_policies, shadow_policies = NULL, shadow_since_at = NULL
    WHERE id = ${connectionId} AND organization_id = ${organizationId} AND shadow_since_at = ${since}`)
  return count > 0
}

/** Sign-ins and the people who made them: of the trial, and of those to whom something else would have happened. */
export type ShadowCounts = {
  signIns: number
  people: number
  differingSignIns: number
  differingPeople: number
}

export async function countShadowedSignIns(
  db: Db,
  scope: { organizationId: string; connectionId: string },
  since: Date,
): Promise<ShadowCounts> {
  const [row] = await db.$queryRaw<ShadowCounts[]>(sql`
    SELECT count(*)::int AS "signIns", count(DISTINCT who)::int AS people,
      count(*) FILTER (WHERE differs)::int AS "differingSignIns",
      count(DISTINCT who) FILTER (WHERE differs)::int AS "differingPeople"
    FROM (
      SELECT COALESCE(external->>'subject', id) AS who, shadow->'differs' = 'true' AS differs FROM traces
      WHERE connection_id = ${scope.connectionId} AND organization_id = ${scope.organizationId}
        AND shadow IS NOT NULL AND at >= ${since}
    ) sign_ins`)
  return row!
}

export type ShadowedSignIn = {
  id: string
  at: Date
  outcome: 'success' | 'failure'
  cause: string | null
  email: string | null
  external: unknown
  shadow: unknown
}

/** Sign-ins of the trial to which something else would have happened, newest first. */
export async function listDifferingSignIns(
  db: Db,
  scope: { organizationId: string; connectionId: string },
  page: { since: Date; cursor?: string; limit: number },
): Promise<Page<ShadowedSignIn>> {
  const rows = await db.$queryRaw<ShadowedSignIn[]>(sql`
    SELECT id, at, outcome, cause, email, external, shadow FROM traces
    WHERE connection_id = ${scope.connectionId} AND organization_id = ${scope.organizationId}
      AND shadow->'differs' = 'true' AND at >= ${page.since}
      ${page.cursor === undefined ? emptySql : sql`AND id < ${page.cursor}`}
    ORDER BY id DESC LIMIT ${page.limit + 1}`)
  return toPage(rows, page.limit)
}
