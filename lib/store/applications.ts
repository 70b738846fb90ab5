import { type Db, dbNull, emptySql, type Json, type Page, searchPattern, sql, toPage } from './db.ts'
import {
  deleteSecret,
  insertSecret,
  type SecretRecord,
  type SecretTables,
  secretFields,
  touchSecret,
} from './paired-secrets.ts'

export type ApplicationType = 'confidential' | 'public' | 'native'

export type ClientAuthMethod = 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt' | 'none'

/** An OAuth client with the slug of its product. `jwks` is a JWK set. */
export type ApplicationRecord = {
  id: string
  organizationId: string
  productId: string
  product: string
  clientId: string
  name: string
  type: ApplicationType
  redirectUrls: string[]
  postLogoutRedirectUrls: string[]
  backchannelLogoutUrl: string | null
  backchannelLogoutSessionRequired: boolean
  initiateLoginUrl: string | null
  requirePkce: boolean
  tokenEndpointAuthMethod: ClientAuthMethod
  jwks: unknown
  jwksUrl: string | null
  accessTokenFormat: 'opaque' | 'jwt'
  requireDpop: boolean
  requirePar: boolean
  createdAt: Date
  updatedAt: Date
}

/** Columns of an application under the aliases a and p (its product). */
export const applicationColumns = sql`
  a.id, a.organization_id AS "organizationId", a.product_id AS "productId", p.slug AS product,
  a.client_id AS "clientId", a.name, a.type, a.redirect_urls AS "redirectUrls",
  a.post_logout_redirect_urls AS "postLogoutRedirectUrls", a.backchannel_logout_url AS "backchannelLogoutUrl",
  a.backchannel_logout_session_required AS "backchannelLogoutSessionRequired",
  a.initiate_login_url AS "initiateLoginUrl", a.require_pkce AS "requirePkce",
  a.token_endpoint_auth_method AS "tokenEndpointAuthMethod", a.jwks, a.jwks_url AS "jwksUrl",
  a.access_token_format AS "accessTokenFormat", a.require_dpop AS "requireDpop", a.require_par AS "requirePar",
  a.created_at AS "createdAt", a.updated_at AS "updatedAt"`

export const applicationJoins = sql`FROM applications a JOIN products p ON p.id = a.product_id`

export async function findApplicationByClientId(
  db: Db,
  organizationId: string,
  clientId: string,
): Promise<ApplicationRecord | null> {
  const [row] = await db.$queryRaw<ApplicationRecord[]>(sql`
    SELECT ${applicationColumns} ${applicationJoins}
    WHERE a.organization_id = ${organizationId} AND a.client_id = ${clientId}`)
  return row ?? null
}

/** A secret as it is compared. `lastUsedAt` as the database writes it in JSON. */
type SecretToCompare = { id: string; hash: string; lastUsedAt: string | null }

/** A client at the token endpoint: the application, and the hashes of its secrets. */
export type ApplicationWithSecrets = ApplicationRecord & { secrets: SecretToCompare[] }

export async function findApplicationWithSecrets(
  db: Db,
  organizationId: string,
  clientId: string,
): Promise<ApplicationWithSecrets | null> {
  const [row] = await db.$queryRaw<ApplicationWithSecrets[]>(sql`
    SELECT ${applicationColumns}, COALESCE((
      SELECT json_agg(json_build_object('id', s.id, 'hash', s.secret_hash, 'lastUsedAt', s.last_used_at))
      FROM application_secrets s WHERE s.application_id = a.id), '[]') AS secrets
    ${applicationJoins}
    WHERE a.organization_id = ${organizationId} AND a.client_id = ${clientId}`)
  return row ?? null
}

/** An application with its last use: the last sign-in, or the last use of a secret. */
export type ApplicationWithUse = ApplicationRecord & { lastUsedAt: Date | null }

const lastUse = sql`
  GREATEST((SELECT max(s.last_used_at) FROM application_secrets s WHERE s.application_id = a.id),
    (SELECT max(g.created_at) FROM grants g WHERE g.application_id = a.id)) AS "lastUsedAt"`

/** By id or by client id: paths take both. */
export async function findApplicationByAnyId(
  db: Db,
  organizationId: string,
  idOrClientId: string,
): Promise<ApplicationWithUse | null> {
  const [row] = await db.$queryRaw<ApplicationWithUse[]>(sql`
    SELECT ${applicationColumns}, ${lastUse} ${applicationJoins}
    WHERE a.organization_id = ${organizationId} AND (a.id = ${idOrClientId} OR a.client_id = ${idOrClientId})`)
  return row ?? null
}

/** Newest first. */
export async function listApplicationRecords(
  db: Db,
  organizationId: string,
  options: { query?: string; product?: string; cursor?: string; limit: number },
): Promise<Page<ApplicationWithUse>> {
  const { query, product, cursor, limit } = options
  const rows = await db.$queryRaw<ApplicationWithUse[]>(sql`
    SELECT ${applicationColumns}, ${lastUse} ${applicationJoins}
    WHERE a.organization_id = ${organizationId}
    ${query ? sql`AND a.search LIKE ${searchPattern(query)}` : emptySql}
    ${product === undefined ? emptySql : sql`AND p.slug = ${product}`}
    ${cursor === undefined ? emptySql : sql`AND a.id < ${cursor}`}
    ORDER BY a.id DESC LIMIT ${limit + 1}`)
  return toPage(rows, limit)
}

/** Columns an admin sets. */
type ApplicationSettings = Omit<
  ApplicationRecord,
  'id' | 'organizationId' | 'productId' | 'product' | 'clientId' | 'type' | 'jwks' | 'createdAt' | 'updatedAt'
> & { jwks: object | null }

export type NewApplication = ApplicationSettings &
  Pick<ApplicationRecord, 'id' | 'organizationId' | 'productId' | 'clientId' | 'type' | 'createdAt'>

export type NewApplicationSecret = {
  id: string
  applicationId: string
  secretHash: string
  hint: string
  createdAt: Date
}

/** Stores the application and its first secret, if it has one: both or neither. */
export async function insertApplication(
  db: Db,
  row: NewApplication,
  secret: NewApplicationSecret | undefined,
): Promise<void> {
  const application = sql`
    INSERT INTO applications (id, organization_id, product_id, client_id, name, type, redirect_urls,
      post_logout_redirect_urls, backchannel_logout_url, backchannel_logout_session_required, initiate_login_url,
      require_pkce, token_endpoint_auth_method, jwks, jwks_url, access_token_format, require_dpop, require_par,
      created_at, updated_at)
    VALUES (${row.id}, ${row.organizationId}, ${row.productId}, ${row.clientId}, ${row.name}, ${row.type},
      ${row.redirectUrls}, ${row.postLogoutRedirectUrls}, ${row.backchannelLogoutUrl},
      ${row.backchannelLogoutSessionRequired}, ${row.initiateLoginUrl}, ${row.requirePkce},
      ${row.tokenEndpointAuthMethod}, ${row.jwks && JSON.stringify(row.jwks)}::jsonb, ${row.jwksUrl},
      ${row.accessTokenFormat}, ${row.requireDpop}, ${row.requirePar}, ${row.createdAt}, ${row.createdAt})
    RETURNING id`
  await db.$executeRaw(
    secret === undefined
      ? application
      : sql`
    WITH application AS (${application})
    INSERT INTO application_secrets (id, application_id, secret_hash, hint, created_at)
    SELECT ${secret.id}, application.id, ${secret.secretHash}, ${secret.hint}, ${secret.createdAt} FROM application`,
  )
}

export type ApplicationChange = Partial<ApplicationSettings> & { productId?: string }

/** False when there is no such application in the organization. */
export async function updateApplicationRecord(
  db: Db,
  organizationId: string,
  id: string,
  { jwks, ...change }: ApplicationChange,
): Promise<boolean> {
  const { count } = await db.application.updateMany({
    where: { id, organizationId },
    data: { ...change, ...(jwks !== undefined && { jwks: jwks === null ? dbNull : (jwks as Json) }) },
  })
  return count > 0
}

/** Deletes the application and, by cascade, its secrets, grants and tokens. */
export async function deleteApplicationRecord(db: Db, organizationId: string, id: string): Promise<boolean> {
  const { count } = await db.application.deleteMany({ where: { id, organizationId } })
  return count > 0
}

const secretTables: SecretTables = {
  owners: sql`applications`,
  secrets: sql`application_secrets`,
  ownerId: sql`application_id`,
  kept: sql`secret_hash`,
}

/** Oldest first. */
export function listApplicationSecretRecords(db: Db, applicationId: string): Promise<SecretRecord[]> {
  return db.applicationSecret.findMany({
    where: { applicationId },
    select: secretFields,
    orderBy: { id: 'asc' },
  })
}

/** Stores a further secret unless the application has two (`full`) or is no more (`gone`). */
export function insertApplicationSecret(
  db: Db,
  row: NewApplicationSecret,
): Promise<'stored' | 'full' | 'gone'> {
  return insertSecret(db, secretTables, { ...row, ownerId: row.applicationId, kept: row.secretHash })
}

/** Deletes a secret; with `keepLast` not the last one. */
export function deleteApplicationSecretRecord(
  db: Db,
  applicationId: string,
  id: string,
  keeping: { keepLast: boolean },
): Promise<'deleted' | 'last' | 'gone'> {
  return deleteSecret(db, secretTables, applicationId, id, keeping)
}

/** Notes that a secret was used at `at`, at most once a minute. */
export function touchApplicationSecret(
  db: Db,
  secret: Pick<SecretToCompare, 'id' | 'lastUsedAt'>,
  at: Date,
): Promise<void> {
  return touchSecret(db, secretTables, secret, at)
}

/** Applications that begin a sign-in themselves when somebody is sent to them (OpenID Connect Core §4), at most five. */
export function findStartableApplications(
  db: Db,
  organizationId: string,
): Promise<{ name: string; initiateLoginUrl: string }[]> {
  return db.$queryRaw(sql`
    SELECT name, initiate_login_url AS "initiateLoginUrl" FROM applications
    WHERE organization_id = ${organizationId} AND initiate_login_url IS NOT NULL ORDER BY name, id LIMIT 5`)
}
