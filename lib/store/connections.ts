import {
  type Db,
  dbNull,
  emptySql,
  isUniqueViolation,
  type Json,
  joinSql,
  type Page,
  searchPattern,
  sql,
  toPage,
} from './db.ts'
import type { NewJwtSecret } from './jwt-secrets.ts'

/** A connection with the names of what it belongs to. `upstream` is what its kind parsed from the identity provider. */
export type ConnectionRecord = {
  id: string
  organizationId: string
  tenantId: string
  productId: string
  tenant: string
  tenantName: string
  tenantLive: boolean
  product: string
  kind: string
  clientId: string
  clientSecretSealed: string
  name: string | null
  label: string | null
  description: string | null
  defaultRedirectUrl: string
  redirectUrls: string[]
  forceAuthn: boolean
  identifierFormat: string | null
  sortOrder: number | null
  ownAcs: boolean
  acsUrlOverride: string | null
  samlAudienceOverride: string | null
  active: boolean
  provisioning: string
  trustEmail: boolean
  allowUnsolicited: boolean
  allowLegacyEncryption: boolean
  userPolicies: unknown
  /** A policy that is tried without deciding. */
  shadowPolicies: unknown
  shadowSinceAt: Date | null
  attributeMap: unknown
  upstreamId: string
  upstream: unknown
  /** The secret we use at an OpenID provider. */
  upstreamSecretSealed: string | null
  metadataUrl: string | null
  createdAt: Date
  updatedAt: Date
}

/** What a caller may write; the rest is fixed at creation. */
export type ConnectionChange = Partial<
  Pick<
    ConnectionRecord,
    | 'name'
    | 'label'
    | 'description'
    | 'defaultRedirectUrl'
    | 'redirectUrls'
    | 'forceAuthn'
    | 'identifierFormat'
    | 'sortOrder'
    | 'acsUrlOverride'
    | 'samlAudienceOverride'
    | 'active'
    | 'provisioning'
    | 'trustEmail'
    | 'allowUnsolicited'
    | 'allowLegacyEncryption'
    | 'metadataUrl'
    | 'upstreamId'
    | 'upstreamSecretSealed'
  >
> & { userPolicies?: Json | null; attributeMap?: Json | null; upstream?: Json }

const columns = sql`
  c.id, c.organization_id AS "organizationId", c.tenant_id AS "tenantId", c.product_id AS "productId",
  t.slug AS tenant, t.name AS "tenantName", t.live AS "tenantLive", p.slug AS product,
  c.kind, c.client_id AS "clientId", c.client_secret_sealed AS "clientSecretSealed", c.name, c.label, c.description,
  c.default_redirect_url AS "defaultRedirectUrl", c.redirect_urls AS "redirectUrls", c.force_authn AS "forceAuthn",
  c.identifier_format AS "identifierFormat", c.sort_order AS "sortOrder", c.own_acs AS "ownAcs", c.acs_url_override AS "acsUrlOverride",
  c.saml_audience_override AS "samlAudienceOverride", c.active, c.provisioning, c.trust_email AS "trustEmail",
  c.allow_unsolicited AS "allowUnsolicited", c.allow_legacy_encryption AS "allowLegacyEncryption",
  c.user_policies AS "userPolicies", c.shadow_policies AS "shadowPolicies", c.shadow_since_at AS "shadowSinceAt", c.attribute_map AS "attributeMap", c.upstream_id AS "upstreamId", c.upstream,
  c.upstream_secret_sealed AS "upstreamSecretSealed", c.metadata_url AS "metadataUrl", c.created_at AS "createdAt", c.updated_at AS "updatedAt"`

/** Columns of a connection under the aliases c, t and p, for the statements of the login path. */
export const connectionColumns = columns
const joined = sql`FROM connections c JOIN tenants t ON t.id = c.tenant_id JOIN products p ON p.id = c.product_id`

/** Which connections a caller means. All given members must hold. */
export type ConnectionFilter = {
  id?: string
  clientId?: string
  tenants?: string[]
  product?: string
  upstreamId?: string
  kind?: string
}

/** Matching connections, newest last; with `sorted` by sortOrder, highest first, those without one at the end. */
export function findConnections(
  db: Db,
  organizationId: string,
  filter: ConnectionFilter,
  options: { sorted?: boolean; limit?: number; offset?: number } = {},
): Promise<ConnectionRecord[]> {
  return db.$queryRaw<ConnectionRecord[]>(sql`
    SELECT ${columns} ${joined}
    WHERE c.organization_id = ${organizationId}
    ${filter.id === undefined ? emptySql : sql`AND c.id = ${filter.id}`}
    ${filter.clientId === undefined ? emptySql : sql`AND c.client_id = ${filter.clientId}`}
    ${filter.tenants === undefined ? emptySql : sql`AND t.slug IN (${joinSql(filter.tenants)})`}
    ${filter.product === undefined ? emptySql : sql`AND p.slug = ${filter.product}`}
    ${filter.upstreamId === undefined ? emptySql : sql`AND c.upstream_id = ${filter.upstreamId}`}
    ${filter.kind === undefined ? emptySql : sql`AND c.kind = ${filter.kind}`}
    ORDER BY ${options.sorted ? sql`c.sort_order DESC NULLS LAST, c.id` : sql`c.id`}
    LIMIT ${options.limit ?? 1000} OFFSET ${options.offset ?? 0}`)
}

export async function findConnectionByClientId(
  db: Db,
  organizationId: string,
  clientId: string,
): Promise<ConnectionRecord | null> {
  const [row] = await findConnections(db, organizationId, { clientId })
  return row ?? null
}

/** By clientID or by id (`con_…`), which traces know. */
export async function findConnectionByAnyId(
  db: Db,
  organizationId: string,
  clientIdOrId: string,
): Promise<ConnectionRecord | null> {
  const [row] = await db.$queryRaw<ConnectionRecord[]>(sql`
    SELECT ${columns} ${joined}
    WHERE c.organization_id = ${organizationId} AND (c.client_id = ${clientIdOrId} OR c.id = ${clientIdOrId}) LIMIT 1`)
  return row ?? null
}

/** One page for the portal, newest first; `query` looks into tenant, product, name and the upstream's id. */
export async function listConnectionRecords(
  db: Db,
  organizationId: string,
  options: {
    query?: string
    tenant?: string
    product?: string
    active?: boolean
    cursor?: string
    limit: number
  },
): Promise<Page<ConnectionRecord>> {
  const pattern = options.query ? searchPattern(options.query) : null
  const rows = await db.$queryRaw<ConnectionRecord[]>(sql`
    SELECT ${columns} ${joined}
    WHERE c.organization_id = ${organizationId}
    ${options.tenant === undefined ? emptySql : sql`AND t.slug = ${options.tenant}`}
    ${options.product === undefined ? emptySql : sql`AND p.slug = ${options.product}`}
    ${options.active === undefined ? emptySql : sql`AND c.active = ${options.active}`}
    ${
      pattern === null
        ? emptySql
        : sql`AND (c.search LIKE ${pattern}
            OR c.tenant_id IN (SELECT id FROM tenants WHERE organization_id = ${organizationId} AND search LIKE ${pattern})
            OR c.product_id IN
              (SELECT id FROM products WHERE organization_id = ${organizationId} AND lower(slug) LIKE ${pattern}))`
    }
    ${options.cursor === undefined ? emptySql : sql`AND c.id < ${options.cursor}`}
    ORDER BY c.id DESC LIMIT ${options.limit + 1}`)
  return toPage(rows, options.limit)
}

export type NewConnection = Omit<
  ConnectionRecord,
  | 'tenant'
  | 'tenantName'
  | 'tenantLive'
  | 'product'
  | 'createdAt'
  | 'updatedAt'
  | 'userPolicies'
  | 'attributeMap'
  | 'shadowPolicies'
  | 'shadowSinceAt'
  | 'upstream'
  | 'upstreamSecretSealed'
> & {
  userPolicies?: Json | null
  attributeMap?: Json | null
  upstream: Json
  upstreamSecretSealed?: string | null
}

/**
 * Stores a connection and the secret it begins with, if it has one: both or neither. Throws a unique violation (see
 * `isUniqueViolation`) when tenant, product, kind and upstream are taken.
 */
export async function insertConnection(db: Db, row: NewConnection, secret?: NewJwtSecret): Promise<void> {
  const data = { ...row, ...jsonColumns(row) }
  if (!secret) return void (await db.connection.create({ data }))
  const { connectionId: _, ...jwtSecret } = secret
  await db.connection.create({ data: { ...data, jwtSecrets: { create: jwtSecret } } })
}

/** Null in our values is NULL in the column. */
function jsonColumns(said: { userPolicies?: Json | null; attributeMap?: Json | null }) {
  const { userPolicies, attributeMap } = said
  return {
    userPolicies: userPolicies === null ? dbNull : userPolicies,
    attributeMap: attributeMap === null ? dbNull : attributeMap,
  }
}

/** What was noted of metadata that has been replaced. */
const metadataUnread = {
  metadataEtag: null,
  metadataCheckedAt: null,
  metadataFailures: 0,
  metadataNextAt: null,
  metadataProblem: null,
  warnedDays: null,
}

/** False when there is no such connection in the organization. */
export async function updateConnectionRecord(
  db: Db,
  organizationId: string,
  id: string,
  change: ConnectionChange,
): Promise<boolean> {
  const given = { ...change, ...jsonColumns(change) }
  const data = change.upstream === undefined ? given : { ...given, ...metadataUnread }
  const { count } = await db.connection.updateMany({ where: { id, organizationId }, data })
  return count > 0
}

/**
 * Writes down who the identity provider of a connection is, where that was open; `upstreamId` follows where no other
 * connection of the tenant and product has it. Returns who it is from now on: another sign-in may have been first. Null
 * when the connection is gone.
 */
export async function settleUpstreamEntity(
  db: Db,
  organizationId: string,
  id: string,
  entityId: string,
): Promise<{ entityId: string; settledNow: boolean } | null> {
  const settle = () =>
    db.$executeRaw(sql`
    UPDATE connections c
    SET upstream = (c.upstream - 'entityIdOpen') || jsonb_build_object('entityId', ${entityId}::text),
      upstream_id = CASE WHEN EXISTS (
        SELECT FROM connections o WHERE o.tenant_id = c.tenant_id AND o.product_id = c.product_id AND o.kind = c.kind
          AND o.upstream_id = ${entityId} AND o.id <> c.id
      ) THEN c.upstream_id ELSE ${entityId} END
    WHERE c.id = ${id} AND c.organization_id = ${organizationId} AND c.upstream->'entityIdOpen' = 'true'`)
  // Another connection took the name at the same moment: seen now, it leaves this one's as it is.
  const count = await settle().catch((thrown) => {
    if (!isUniqueViolation(thrown)) throw thrown
    return settle()
  })
  if (count > 0) return { entityId, settledNow: true }
  const row = await db.connection.findFirst({ where: { id, organizationId }, select: { upstream: true } })
  return row && { entityId: (row.upstream as { entityId: string }).entityId, settledNow: false }
}

/** Deletes the connection and, by cascade, its logins, grants and tokens. */
export async function deleteConnectionRecord(db: Db, organizationId: string, id: string): Promise<boolean> {
  const { count } = await db.connection.deleteMany({ where: { id, organizationId } })
  return count > 0
}

/** Every sealed secret of an upstream, for the job that seals anew. */
export async function listSealedUpstreamSecrets(
  db: Db,
): Promise<{ id: string; organizationId: string; upstreamSecretSealed: string }[]> {
  const where = { upstreamSecretSealed: { not: null } }
  const select = { id: true, organizationId: true, upstreamSecretSealed: true }
  const rows = await db.connection.findMany({ where, select })
  return rows.map((row) => ({ ...row, upstreamSecretSealed: row.upstreamSecretSealed! }))
}

export async function resealUpstreamSecret(db: Db, id: string, from: string, to: string): Promise<void> {
  await db.connection.updateMany({
    where: { id, upstreamSecretSealed: from },
    data: { upstreamSecretSealed: to },
  })
}

/** Every sealed client secret, for the job that seals anew. */
export function listSealedConnectionSecrets(
  db: Db,
): Promise<{ id: string; organizationId: string; clientSecretSealed: string }[]> {
  return db.connection.findMany({ select: { id: true, organizationId: true, clientSecretSealed: true } })
}

export async function resealConnectionSecret(db: Db, id: string, from: string, to: string): Promise<void> {
  await db.connection.updateMany({
    where: { id, clientSecretSealed: from },
    data: { clientSecretSealed: to },
  })
}
