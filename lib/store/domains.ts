import { type Db, literalPattern, type Page, sql, toPage } from './db.ts'

export type DomainStatus = 'pending' | 'verified' | 'vouched'

/** An e-mail domain a tenant claims; with `ownedDomain` set it is the tenant's alone in its organization. */
export type DomainRecord = {
  id: string
  organizationId: string
  tenantId: string
  domain: string
  ownedDomain: string | null
  status: DomainStatus
  token: string
  verifiedAt: Date | null
  checkedAt: Date | null
  missingSinceAt: Date | null
  vouchedBy: string | null
  createdAt: Date
  updatedAt: Date
}

export type NewDomain = Pick<
  DomainRecord,
  'id' | 'organizationId' | 'tenantId' | 'domain' | 'ownedDomain' | 'status' | 'token' | 'vouchedBy'
>

/** Throws a unique violation (see `isUniqueViolation`) when the tenant claims it already, or it is owned by another. */
export async function insertDomain(db: Db, row: NewDomain): Promise<DomainRecord> {
  return toRecord(await db.domain.create({ data: row }))
}

/** By name or by id. */
export async function findDomain(
  db: Db,
  tenant: { organizationId: string; id: string },
  domainOrId: string,
): Promise<DomainRecord | null> {
  const row = await db.domain.findFirst({
    where: {
      organizationId: tenant.organizationId,
      tenantId: tenant.id,
      OR: [{ domain: domainOrId }, { id: domainOrId }],
    },
  })
  return row && toRecord(row)
}

/** One page of a tenant's domains, newest first; `query` looks into the name. */
export async function listDomainRecords(
  db: Db,
  tenant: { organizationId: string; id: string },
  options: { query?: string; cursor?: string; limit: number },
): Promise<Page<DomainRecord>> {
  const rows = await db.domain.findMany({
    where: {
      organizationId: tenant.organizationId,
      tenantId: tenant.id,
      ...(options.query && { domain: { contains: literalPattern(options.query.toLowerCase()) } }),
      ...(options.cursor && { id: { lt: options.cursor } }),
    },
    orderBy: { id: 'desc' },
    take: options.limit + 1,
  })
  return toPage(rows.map(toRecord), options.limit)
}

/** False when there is no such domain any more. */
export async function deleteDomainRecord(db: Db, organizationId: string, id: string): Promise<boolean> {
  const { count } = await db.domain.deleteMany({ where: { id, organizationId } })
  return count > 0
}

/** A tenant as far as people who come by its domain need it. */
export type TenantOfDomain = {
  id: string
  slug: string
  name: string
  passwordSignIn: boolean
  enforceSso: boolean
  registrationEnabled: boolean
  joinRequestsEnabled: boolean
}

/**
 * The tenant to which addresses of the domain lead: the one that has proven it, or was vouched for. A claim that is
 * pending leads nowhere. `domain` as `emailDomain` writes it. `passwordSignIn` is false where SSO is enforced.
 */
export async function findTenantByDomain(
  db: Db,
  organizationId: string,
  domain: string,
): Promise<TenantOfDomain | null> {
  const [row] = await db.$queryRaw<TenantOfDomain[]>(sql`
    SELECT t.id, t.slug, t.name, t.password_sign_in AND NOT t.enforce_sso AS "passwordSignIn",
      t.enforce_sso AS "enforceSso", t.registration_enabled AS "registrationEnabled",
      t.join_requests_enabled AS "joinRequestsEnabled"
    FROM domains d JOIN tenants t ON t.id = d.tenant_id
    WHERE d.organization_id = ${organizationId} AND d.owned_domain = ${domain}`)
  return row ?? null
}

/** How the people of a domain may sign in: `sso` when its tenant has an active connection (for `product`, unless null). */
export async function findWaysOfDomain(
  db: Db,
  organizationId: string,
  domain: string,
  product: string | null,
): Promise<{ tenant: string; sso: boolean; password: boolean } | null> {
  const [row] = await db.$queryRaw<{ tenant: string; sso: boolean; password: boolean }[]>(sql`
    SELECT t.slug AS tenant, t.password_sign_in AND NOT t.enforce_sso AS password, EXISTS (
      SELECT 1 FROM connections c JOIN products p ON p.id = c.product_id
      WHERE c.tenant_id = t.id AND c.active AND (${product}::text IS NULL OR p.slug = ${product})) AS sso
    FROM domains d JOIN tenants t ON t.id = d.tenant_id
    WHERE d.organization_id = ${organizationId} AND d.owned_domain = ${domain}`)
  return row ?? null
}

/**
 * Turns a pending claim into one the tenant has because somebody vouches for it. Null when it is not pending (any more).
 * Throws a unique violation when another tenant has the domain.
 */
export async function vouchForDomain(
  db: Db,
  row: DomainRecord,
  vouchedBy: string,
): Promise<DomainRecord | null> {
  const [vouched] = await db.domain.updateManyAndReturn({
    where: { id: row.id, organizationId: row.organizationId, status: 'pending' },
    data: { status: 'vouched', ownedDomain: row.domain, vouchedBy },
  })
  return vouched ? toRecord(vouched) : null
}

/**
 * The record has been found: the tenant has the domain from now on. Null when nothing changes by that but the time of
 * the look. Throws a unique violation when another tenant has the domain.
 */
export async function markDomainFound(db: Db, row: DomainRecord, now: Date): Promise<DomainRecord | null> {
  const [found] = await db.domain.updateManyAndReturn({
    where: {
      id: row.id,
      organizationId: row.organizationId,
      OR: [{ status: { not: 'verified' } }, { missingSinceAt: { not: null } }],
    },
    data: {
      status: 'verified',
      ownedDomain: row.domain,
      verifiedAt: row.verifiedAt ?? now,
      missingSinceAt: null,
      vouchedBy: null,
      checkedAt: now,
    },
  })
  return found ? toRecord(found) : null
}

/** The record of a verified domain is missing: notes since when. Null when that is noted already, or it is not verified. */
export async function markDomainMissing(db: Db, row: DomainRecord, now: Date): Promise<DomainRecord | null> {
  const [missing] = await db.domain.updateManyAndReturn({
    where: { id: row.id, organizationId: row.organizationId, status: 'verified', missingSinceAt: null },
    data: { missingSinceAt: now, checkedAt: now },
  })
  return missing ? toRecord(missing) : null
}

/** Takes the domain from its tenant when its record has been missing since `missingBefore` or longer; else null. */
export async function returnDomainToPending(
  db: Db,
  row: DomainRecord,
  missingBefore: Date,
): Promise<DomainRecord | null> {
  const [pending] = await db.domain.updateManyAndReturn({
    where: {
      id: row.id,
      organizationId: row.organizationId,
      status: 'verified',
      missingSinceAt: { lte: missingBefore },
    },
    data: { status: 'pending', ownedDomain: null, verifiedAt: null, missingSinceAt: null },
  })
  return pending ? toRecord(pending) : null
}

/** Notes that the record has been looked for, whatever came of it. */
export async function markDomainChecked(db: Db, row: DomainRecord, now: Date): Promise<void> {
  await db.$executeRaw(sql`
    UPDATE domains SET checked_at = ${now} WHERE id = ${row.id} AND organization_id = ${row.organizationId}`)
}

export type DueDomain = DomainRecord & { tenant: string }

/**
 * Takes up to `limit` domains whose record was last looked for before `checkedBefore`, those not looked for yet first,
 * and notes `now` as the time of the look. One statement: no two callers get the same. Vouched ones need no record.
 */
export function takeDomainsToCheck(
  db: Db,
  checkedBefore: Date,
  now: Date,
  limit: number,
): Promise<DueDomain[]> {
  return db.$queryRaw<DueDomain[]>(sql`
    WITH due AS (
      SELECT id FROM domains WHERE status IN ('pending', 'verified')
        AND (checked_at IS NULL OR checked_at <= ${checkedBefore})
      ORDER BY checked_at NULLS FIRST LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )
    UPDATE domains d SET checked_at = ${now} FROM due, tenants t WHERE d.id = due.id AND t.id = d.tenant_id
    RETURNING d.id, d.organization_id AS "organizationId", d.tenant_id AS "tenantId", d.domain,
      d.owned_domain AS "ownedDomain", d.status, d.token, d.verified_at AS "verifiedAt", d.checked_at AS "checkedAt",
      d.missing_since_at AS "missingSinceAt", d.vouched_by AS "vouchedBy", d.created_at AS "createdAt",
      d.updated_at AS "updatedAt", t.slug AS tenant`)
}

/** The column is text to the database; only the functions above write it. */
function toRecord(row: Omit<DomainRecord, 'status'> & { status: string }): DomainRecord {
  return { ...row, status: row.status as DomainStatus }
}
