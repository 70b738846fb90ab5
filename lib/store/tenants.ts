import { type Db, literalPattern, type Page, searchPattern, sql, toPage } from './db.ts'

export type TenantRecord = {
  id: string
  organizationId: string
  slug: string
  name: string
  live: boolean
  /** As it was set; it counts only while `enforceSso` is off. */
  passwordSignIn: boolean
  enforceSso: boolean
  /** As it was set; it counts only where passwords do. */
  registrationEnabled: boolean
  /** Of any domain where it is empty. */
  registrationDomains: string[]
  joinRequestsEnabled: boolean
  tagCategories: string[]
  createdAt: Date
  updatedAt: Date
}

export function insertTenant(
  db: Db,
  row: { id: string; organizationId: string; slug: string; name: string },
): Promise<TenantRecord> {
  return db.tenant.create({ data: row })
}

/** The tenant with that slug, made when there is none: safe when two callers name it at the same moment. */
export async function ensureTenant(
  db: Db,
  row: { id: string; organizationId: string; slug: string; name: string },
): Promise<TenantRecord> {
  const { organizationId, slug } = row
  // Not an upsert: Prisma's looks first and inserts then, which fails for the slower of two.
  await db.tenant.createMany({ data: row, skipDuplicates: true })
  return db.tenant.findUniqueOrThrow({ where: { organizationId_slug: { organizationId, slug } } })
}

/** By slug or by id: paths take both. A slug that looks like another tenant's id loses to the slug. */
export async function findTenant(
  db: Db,
  organizationId: string,
  slugOrId: string,
): Promise<TenantRecord | null> {
  const rows = await db.tenant.findMany({
    where: { organizationId, OR: [{ slug: slugOrId }, { id: slugOrId }] },
    take: 2,
  })
  return rows.find((row) => row.slug === slugOrId) ?? rows[0] ?? null
}

export async function listTenantRecords(
  db: Db,
  organizationId: string,
  options: { query?: string; cursor?: string; limit: number },
): Promise<Page<TenantRecord & { connectionCount: number }>> {
  const rows = await db.tenant.findMany({
    where: {
      organizationId,
      ...(options.query && { search: { contains: literalPattern(options.query.toLowerCase()) } }),
      ...(options.cursor && { id: { lt: options.cursor } }),
    },
    omit: { search: true },
    orderBy: { id: 'desc' },
    take: options.limit + 1,
  })
  const counts = await db.connection.groupBy({
    by: ['tenantId'],
    where: { tenantId: { in: rows.map((row) => row.id) } },
    _count: { _all: true },
  })
  const countOf = new Map(counts.map((count) => [count.tenantId, count._count._all]))
  return toPage(
    rows.map((row) => ({ ...row, connectionCount: countOf.get(row.id) ?? 0 })),
    options.limit,
  )
}

export type TenantRecordChange = Partial<
  Omit<TenantRecord, 'id' | 'organizationId' | 'createdAt' | 'updatedAt'>
>

export async function updateTenantRecord(
  db: Db,
  organizationId: string,
  id: string,
  change: TenantRecordChange,
): Promise<TenantRecord | null> {
  const [row] = await db.tenant.updateManyAndReturn({ where: { id, organizationId }, data: change })
  return row ?? null
}

/** Deletes the tenant and, by cascade, its connections with their logins, grants and tokens. */
export async function deleteTenantRecord(db: Db, organizationId: string, id: string): Promise<boolean> {
  const { count } = await db.tenant.deleteMany({ where: { id, organizationId } })
  return count > 0
}

/**
 * Tenants that take requests to join and are called something like `name`, or have the e-mail domain; those with the
 * domain first, then by name.
 */
export function findJoinableTenants(
  db: Db,
  organizationId: string,
  wanted: { name: string; domain: string | null; limit: number },
): Promise<{ slug: string; name: string }[]> {
  return db.$queryRaw(sql`
    WITH found AS (
      SELECT t.id, t.slug, t.name, EXISTS (
        SELECT FROM domains d WHERE d.tenant_id = t.id AND d.owned_domain = ${wanted.domain}) AS owns
      FROM tenants t
      WHERE t.organization_id = ${organizationId} AND t.join_requests_enabled
    )
    SELECT slug, name FROM found
    WHERE owns OR lower(name) LIKE ${searchPattern(wanted.name)}
    ORDER BY owns DESC, name, id LIMIT ${wanted.limit}`)
}
