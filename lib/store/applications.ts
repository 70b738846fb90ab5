import { type Db, sql } from './db.ts'

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

/** A client at the token endpoint: the application, and the hashes of its secrets. */
export type ApplicationWithSecrets = ApplicationRecord & { secrets: { id: string; hash: string }[] }

export async function findApplicationWithSecrets(
  db: Db,
  organizationId: string,
  clientId: string,
): Promise<ApplicationWithSecrets | null> {
  const [row] = await db.$queryRaw<ApplicationWithSecrets[]>(sql`
    SELECT ${applicationColumns}, COALESCE((SELECT json_agg(json_build_object('id', s.id, 'hash', s.secret_hash))
      FROM application_secrets s WHERE s.application_id = a.id), '[]') AS secrets
    ${applicationJoins}
    WHERE a.organization_id = ${organizationId} AND a.client_id = ${clientId}`)
  return row ?? null
}
