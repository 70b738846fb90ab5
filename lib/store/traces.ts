import type { Check } from '../base/check.ts'
import { type Db, type Json, literalPattern, type Page, sql, toPage } from './db.ts'

export type TraceRecord = {
  id: string
  organizationId: string
  tenant: string
  product: string
  connectionId: string | null
  connectionName: string
  kind: string
  /** `sign-in`, `sign-out`, `test` when an admin tried the connection, or `portal` when a member used it. */
  purpose: string
  outcome: 'success' | 'failure'
  cause: string | null
  sentence: string
  checks: Check[]
  subject: string | null
  email: string | null
  /** What the identity provider sent, as text, when it was refused. */
  received: string | null
  /** The person as the connection described them, and what a policy in the shadow would have done: see lib/matching. */
  external: Json | null
  shadow: Json | null
  address: string
  userAgent: string
  requestId: string
  at: Date
}

/** Columns of an insert, and its values in the same order: for the statement that stores a grant with its trace. */
export const traceColumns = sql`id, organization_id, tenant, product, connection_id, connection_name, kind, purpose, outcome,
  cause, sentence, checks, subject, email, received, external, shadow, address, user_agent, request_id, at`

export function traceValues(row: TraceRecord) {
  return sql`${row.id}, ${row.organizationId}, ${row.tenant}, ${row.product}, ${row.connectionId}, ${row.connectionName},
    ${row.kind}, ${row.purpose}, ${row.outcome}, ${row.cause}, ${row.sentence}, ${JSON.stringify(row.checks)}::jsonb,
    ${row.subject}, ${row.email}, ${row.received}, ${toJsonb(row.external)}, ${toJsonb(row.shadow)}, ${row.address}, ${row.userAgent}, ${row.requestId}, ${row.at}`
}

function toJsonb(value: Json | null) {
  return sql`${value === null ? null : JSON.stringify(value)}::jsonb`
}

export async function insertTrace(db: Db, row: TraceRecord): Promise<void> {
  await db.$executeRaw(sql`INSERT INTO traces (${traceColumns}) VALUES (${traceValues(row)})`)
}

export async function findTrace(db: Db, organizationId: string, id: string): Promise<TraceRecord | null> {
  return (await db.trace.findFirst({
    where: { id, organizationId },
    omit: { search: true },
  })) as unknown as TraceRecord | null
}

/** Whether a connection has ever let somebody in, as far as traces are kept. */
export async function hasSucceeded(db: Db, organizationId: string, connectionId: string): Promise<boolean> {
  const where = { organizationId, connectionId, outcome: 'success', purpose: { not: 'sign-out' } }
  return (await db.trace.findFirst({ where, select: { id: true } })) !== null
}

export type TraceFilter = {
  tenant?: string
  product?: string
  connectionId?: string
  outcome?: 'success' | 'failure'
  query?: string
}

export async function listTraceRecords(
  db: Db,
  organizationId: string,
  options: TraceFilter & { cursor?: string; limit: number },
): Promise<Page<TraceRecord>> {
  const { query } = options
  const rows = await db.trace.findMany({
    where: {
      organizationId,
      tenant: options.tenant,
      product: options.product,
      connectionId: options.connectionId,
      outcome: options.outcome,
      ...(query && { search: { contains: literalPattern(query.toLowerCase()) } }),
      ...(options.cursor && { id: { lt: options.cursor } }),
    },
    omit: { search: true },
    orderBy: { id: 'desc' },
    take: options.limit + 1,
  })
  return toPage(rows as unknown as TraceRecord[], options.limit)
}

/** Traces of a product by offset, newest first. */
export async function listTracesOfProduct(
  db: Db,
  organizationId: string,
  page: { product: string; pageOffset: number; pageLimit: number },
): Promise<TraceRecord[]> {
  const rows = await db.trace.findMany({
    where: { organizationId, product: page.product },
    omit: { search: true },
    orderBy: { id: 'desc' },
    skip: page.pageOffset,
    take: page.pageLimit,
  })
  return rows as unknown as TraceRecord[]
}

export function countTracesOfProduct(db: Db, organizationId: string, product: string): Promise<number> {
  return db.trace.count({ where: { organizationId, product } })
}

/** How many sign-ins succeeded and failed since an instant; tests of admins are left out. */
export async function countTraces(
  db: Db,
  organizationId: string,
  since: Date,
): Promise<{ success: number; failure: number }> {
  const rows = await db.trace.groupBy({
    by: ['outcome'],
    where: { organizationId, purpose: 'sign-in', at: { gt: since } },
    _count: { _all: true },
  })
  const of = (outcome: string) => rows.find((row) => row.outcome === outcome)?._count._all ?? 0
  return { success: of('success'), failure: of('failure') }
}

/** When each of these connections last signed somebody in. */
export async function findLastSuccesses(db: Db, connectionIds: string[]): Promise<Map<string, Date>> {
  if (connectionIds.length === 0) return new Map()
  const rows = await db.$queryRaw<{ id: string; at: Date }[]>(sql`
    SELECT ids.id, last.at FROM unnest(${connectionIds}::text[]) AS ids(id)
    CROSS JOIN LATERAL (
      SELECT at FROM traces WHERE connection_id = ids.id AND outcome = 'success' AND purpose <> 'sign-out' ORDER BY traces.id DESC LIMIT 1
    ) last`)
  return new Map(rows.map((row) => [row.id, row.at]))
}

export async function deleteTrace(db: Db, organizationId: string, id: string): Promise<boolean> {
  const { count } = await db.trace.deleteMany({ where: { id, organizationId } })
  return count > 0
}

export async function deleteOldTraces(db: Db, before: Date): Promise<number> {
  const { count } = await db.trace.deleteMany({ where: { at: { lt: before } } })
  return count
}

/** Keeps the newest `keep` failures of each organization: anybody can cause one, so time alone does not bound them. */
export async function deleteFailuresBeyond(db: Db, keep: number): Promise<number> {
  return db.$executeRaw(sql`
    DELETE FROM traces t USING organizations o CROSS JOIN LATERAL (
      SELECT id FROM traces WHERE organization_id = o.id AND outcome = 'failure' ORDER BY id DESC OFFSET ${keep} LIMIT 1
    ) beyond
    WHERE t.organization_id = o.id AND t.outcome = 'failure' AND t.id <= beyond.id`)
}

/** Keeps what identity providers sent, which may be large, in the newest `keep` traces of each organization that have it. */
export async function forgetReceivedBeyond(db: Db, keep: number): Promise<number> {
  return db.$executeRaw(sql`
    UPDATE traces t SET received = NULL FROM organizations o CROSS JOIN LATERAL (
      SELECT id FROM traces WHERE organization_id = o.id AND outcome = 'failure' AND received IS NOT NULL
      ORDER BY id DESC OFFSET ${keep} LIMIT 1
    ) beyond
    WHERE t.organization_id = o.id AND t.outcome = 'failure' AND t.id <= beyond.id AND t.received IS NOT NULL`)
}
