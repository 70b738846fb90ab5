import type { Db, Json } from './db.ts'
import { sql } from './db.ts'

/** A SAML connection as far as its metadata is concerned. `upstream` is what was taken over last. */
export type MetadataPollRecord = {
  id: string
  organizationId: string
  tenant: string
  tenantName: string
  product: string
  name: string | null
  clientId: string
  upstreamId: string
  upstream: unknown
  metadataUrl: string | null
  metadataEtag: string | null
  metadataCheckedAt: Date | null
  metadataFailures: number
  metadataNextAt: Date | null
  metadataProblem: string | null
  warnedDays: number | null
  active: boolean
  updatedAt: Date
}

const columns = sql`
  c.id, c.organization_id AS "organizationId", t.slug AS tenant, t.name AS "tenantName", p.slug AS product, c.name,
  c.client_id AS "clientId", c.upstream_id AS "upstreamId", c.upstream, c.metadata_url AS "metadataUrl",
  c.metadata_etag AS "metadataEtag", c.metadata_checked_at AS "metadataCheckedAt",
  c.metadata_failures AS "metadataFailures", c.metadata_next_at AS "metadataNextAt",
  c.metadata_problem AS "metadataProblem", c.warned_days AS "warnedDays", c.active, c.updated_at AS "updatedAt"`

const joined = sql`
  FROM connections c JOIN tenants t ON t.id = c.tenant_id JOIN products p ON p.id = c.product_id`

/**
 * Takes active connections whose metadata is to be read again, those never read first. Until `leaseEndsAt` nobody else
 * gets them; if nothing is heard of them by then, they are due again. One statement, so instances share the work.
 */
export function claimDueMetadata(
  db: Db,
  now: Date,
  leaseEndsAt: Date,
  limit: number,
): Promise<MetadataPollRecord[]> {
  return db.$queryRaw<MetadataPollRecord[]>(sql`
    UPDATE connections c SET metadata_next_at = ${leaseEndsAt} FROM tenants t, products p
    WHERE t.id = c.tenant_id AND p.id = c.product_id AND c.id IN (
      SELECT id FROM connections
      WHERE kind = 'saml' AND active AND metadata_url IS NOT NULL
        AND (metadata_next_at IS NULL OR metadata_next_at <= ${now})
      ORDER BY metadata_next_at NULLS FIRST, id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING ${columns}`)
}

export async function findMetadataPoll(
  db: Db,
  organizationId: string,
  id: string,
): Promise<MetadataPollRecord | null> {
  const [row] = await db.$queryRaw<MetadataPollRecord[]>(sql`
    SELECT ${columns} ${joined}
    WHERE c.organization_id = ${organizationId} AND c.id = ${id} AND c.kind = 'saml'`)
  return row ?? null
}

export type MetadataReading = {
  checkedAt: Date
  nextAt: Date
  failures: number
  problem: string | null
  /** What was taken over, with its validator; absent: it is as it was. */
  taken?: { upstream: Json; etag: string | null; changed: boolean; renewed: boolean }
}

/**
 * Records how reading the metadata went. False, and nothing changes, when the connection was given other metadata
 * meanwhile: that is newer.
 */
export async function recordMetadataReading(
  db: Db,
  row: MetadataPollRecord,
  { checkedAt, nextAt, failures, problem, taken }: MetadataReading,
): Promise<boolean> {
  const { count } = await db.connection.updateMany({
    where: { id: row.id, metadataUrl: row.metadataUrl, updatedAt: row.updatedAt },
    data: {
      metadataCheckedAt: checkedAt,
      metadataNextAt: nextAt,
      metadataFailures: failures,
      metadataProblem: problem,
      ...(taken && { metadataEtag: taken.etag }),
      ...(taken?.changed && { upstream: taken.upstream }),
      ...(taken?.renewed && { warnedDays: null }),
      // That it was looked at does not change it.
      updatedAt: taken?.changed ? checkedAt : row.updatedAt,
    },
  })
  return count > 0
}

/** The next page of active SAML connections of all organizations, after the one with the id `after`. */
export function listActiveMetadata(db: Db, after: string, limit: number): Promise<MetadataPollRecord[]> {
  return db.$queryRaw<MetadataPollRecord[]>(sql`
    SELECT ${columns} ${joined}
    WHERE c.kind = 'saml' AND c.active AND c.id > ${after} ORDER BY c.id LIMIT ${limit}`)
}

/**
 * Active SAML connections of the organization that may need somebody: those with a problem or a warning, the most urgent
 * first, then the newest.
 */
export function listNotedMetadata(
  db: Db,
  organizationId: string,
  limit: number,
): Promise<MetadataPollRecord[]> {
  return db.$queryRaw<MetadataPollRecord[]>(sql`
    SELECT ${columns} ${joined}
    WHERE c.organization_id = ${organizationId} AND c.kind = 'saml' AND c.active
    ORDER BY c.warned_days NULLS LAST, c.metadata_problem IS NULL, c.id DESC LIMIT ${limit}`)
}

/** Notes that the end of its certificates was warned of; not when it was given other metadata meanwhile. */
export async function noteCertificateWarning(db: Db, row: MetadataPollRecord, days: number): Promise<void> {
  const { id, updatedAt } = row
  await db.connection.updateMany({ where: { id, updatedAt }, data: { warnedDays: days, updatedAt } })
}
