import { secondsAfter } from '../base/clock.ts'
import { type Db, emptySql, type Page, searchPattern, sql, toPage } from './db.ts'

/** A product that takes JWT SSO, with the slugs that its tenant and product have now. */
export type JwtSsoTargetRecord = {
  id: string
  organizationId: string
  name: string
  clientId: string
  baseUrl: string
  audience: string
  /** Whose people it takes; both null: anybody's. A tenant that is gone is named by its id, and has no people. */
  tenantId: string | null
  tenant: string | null
  productId: string | null
  product: string | null
  secretSealed: string
  hint: string
  claims: string[]
  tags: string[]
  lastUsedAt: Date | null
  lastFailureAt: Date | null
  lastFailure: string | null
  createdAt: Date
  updatedAt: Date
}

const columns = sql`
  j.id, j.organization_id AS "organizationId", j.name, j.client_id AS "clientId", j.base_url AS "baseUrl", j.audience,
  j.tenant AS "tenantId", COALESCE(t.slug, j.tenant) AS tenant,
  j.product AS "productId", COALESCE(p.slug, j.product) AS product,
  j.secret_sealed AS "secretSealed", j.hint, j.claims, j.tags, j.last_used_at AS "lastUsedAt",
  j.last_failure_at AS "lastFailureAt", j.last_failure AS "lastFailure", j.created_at AS "createdAt",
  j.updated_at AS "updatedAt"`

const joins = sql`FROM jwt_sso_targets j
  LEFT JOIN tenants t ON t.id = j.tenant AND t.organization_id = j.organization_id
  LEFT JOIN products p ON p.id = j.product AND p.organization_id = j.organization_id`

/** Columns an admin sets; tenant and product by id. */
export type JwtSsoTargetSettings = Pick<
  JwtSsoTargetRecord,
  'name' | 'baseUrl' | 'audience' | 'tenantId' | 'productId' | 'claims' | 'tags'
>

export type NewJwtSsoTarget = JwtSsoTargetSettings &
  Pick<JwtSsoTargetRecord, 'id' | 'organizationId' | 'clientId' | 'secretSealed' | 'hint' | 'createdAt'>

/** Throws a unique violation when another target of the organization has the name. */
export async function insertJwtSsoTarget(db: Db, row: NewJwtSsoTarget): Promise<void> {
  const { tenantId: tenant, productId: product, createdAt, ...rest } = row
  await db.jwtSsoTarget.create({
    data: { ...rest, tenant, product, createdAt, updatedAt: createdAt },
    select: { id: true },
  })
}

/** By id or by client id: paths take both. */
export async function findJwtSsoTarget(
  db: Db,
  organizationId: string,
  idOrClientId: string,
): Promise<JwtSsoTargetRecord | null> {
  const [row] = await db.$queryRaw<JwtSsoTargetRecord[]>(sql`
    SELECT ${columns} ${joins}
    WHERE j.organization_id = ${organizationId} AND (j.id = ${idOrClientId} OR j.client_id = ${idOrClientId})`)
  return row ?? null
}

/** Newest first; `query` looks into name, base URL and audience. */
export async function listJwtSsoTargetRecords(
  db: Db,
  organizationId: string,
  options: { query?: string; cursor?: string; limit: number },
): Promise<Page<JwtSsoTargetRecord>> {
  const { query, cursor, limit } = options
  const pattern = query ? searchPattern(query) : null
  const rows = await db.$queryRaw<JwtSsoTargetRecord[]>(sql`
    SELECT ${columns} ${joins}
    WHERE j.organization_id = ${organizationId}
    ${
      pattern === null
        ? emptySql
        : sql`AND (lower(j.name) LIKE ${pattern} OR lower(j.base_url) LIKE ${pattern} OR lower(j.audience) LIKE ${pattern})`
    }
    ${cursor === undefined ? emptySql : sql`AND j.id < ${cursor}`}
    ORDER BY j.id DESC LIMIT ${limit + 1}`)
  return toPage(rows, limit)
}

export type JwtSsoTargetChange = Partial<
  JwtSsoTargetSettings & Pick<JwtSsoTargetRecord, 'secretSealed' | 'hint'>
>

/** False when there is no such target. Throws a unique violation like `insertJwtSsoTarget`. */
export async function updateJwtSsoTargetRecord(
  db: Db,
  organizationId: string,
  id: string,
  { tenantId, productId, ...change }: JwtSsoTargetChange,
): Promise<boolean> {
  const { count } = await db.jwtSsoTarget.updateMany({
    where: { id, organizationId },
    data: {
      ...change,
      ...(tenantId !== undefined && { tenant: tenantId }),
      ...(productId !== undefined && { product: productId }),
    },
  })
  return count > 0
}

/** Deletes the target and, by cascade, the sign-ins that wait for it. False when there is none. */
export async function deleteJwtSsoTargetRecord(db: Db, organizationId: string, id: string): Promise<boolean> {
  const { count } = await db.jwtSsoTarget.deleteMany({ where: { id, organizationId } })
  return count > 0
}

/**
 * Notes that somebody was sent there, at most once a minute: people who come at once need not wait for each other's
 * writing. Leaves `updated_at`, which tells when an admin changed something.
 */
export async function touchJwtSsoTarget(
  db: Db,
  { id, lastUsedAt }: Pick<JwtSsoTargetRecord, 'id' | 'lastUsedAt'>,
  at: Date,
): Promise<void> {
  const before = secondsAfter(at, -60)
  if (lastUsedAt !== null && lastUsedAt > before) return
  await db.$executeRaw(sql`
    UPDATE jwt_sso_targets SET last_used_at = ${at}
    WHERE id = ${id} AND (last_used_at IS NULL OR last_used_at <= ${before})`)
}

/** Notes that somebody was not, and the sentence that says why. */
export async function noteJwtSsoFailure(db: Db, id: string, sentence: string, at: Date): Promise<void> {
  await db.$executeRaw(sql`
    UPDATE jwt_sso_targets SET last_failure_at = ${at}, last_failure = ${sentence}
    WHERE id = ${id} AND (last_failure_at IS NULL OR last_failure_at <= ${at})`)
}

export function listSealedJwtSsoTargetSecrets(
  db: Db,
): Promise<{ id: string; organizationId: string; secretSealed: string }[]> {
  return db.jwtSsoTarget.findMany({ select: { id: true, organizationId: true, secretSealed: true } })
}

export async function resealJwtSsoTargetSecret(db: Db, id: string, from: string, to: string): Promise<void> {
  await db.jwtSsoTarget.updateMany({ where: { id, secretSealed: from }, data: { secretSealed: to } })
}
