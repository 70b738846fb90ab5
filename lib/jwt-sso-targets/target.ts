import { VestibuleError } from '../base/errors.ts'
import { mintToken, type Random } from '../base/ids.ts'
import type { House } from '../house.ts'
import { isUniqueViolation } from '../store/db.ts'
import { findJwtSsoTarget, type JwtSsoTargetRecord } from '../store/jwt-sso-targets.ts'

/**
 * The room of JWT SSO targets: products that send people to an SSO URL, which we are, and take a signed token back.
 * Owns what a target may be, where a person may be sent and what the token says of them; must not know how people sign
 * in, nor how a token is signed (lib/jwt-sso).
 */

/** A target as the API answers it; instants in RFC 3339. `hint`: the last four characters of its secret. */
export type TargetView = {
  id: string
  clientId: string
  ssoUrl: string
  name: string
  baseUrl: string
  audience: string
  tenant: string | null
  product: string | null
  claims: string[]
  tags: string[]
  hint: string
  lastUsedAt: string | null
  lastFailureAt: string | null
  /** A sentence that says why the last person who was not sent there was not. */
  lastFailure: string | null
  createdAt: string
  updatedAt: string
}

/** What the SSO URL of a target is known by: 160 random bits, base64url. */
export function mintTargetClientId(random: Random): string {
  return `vt_${mintToken(random, 20)}`
}

export function viewTarget(row: JwtSsoTargetRecord, issuer: string): TargetView {
  return {
    id: row.id,
    clientId: row.clientId,
    ssoUrl: `${issuer}/api/jwt-sso/${row.clientId}`,
    ...auditableTarget(row),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    lastFailureAt: row.lastFailureAt?.toISOString() ?? null,
    lastFailure: row.lastFailure,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

/** A target as the audit log keeps it: everything an admin sets; of the secret what tells one from the other. */
export function auditableTarget(row: JwtSsoTargetRecord) {
  const { name, baseUrl, audience, tenant, product, claims, tags, hint } = row
  return { name, baseUrl, audience, tenant, product, claims, tags, hint }
}

export function auditTargetOf({ id, name }: Pick<JwtSsoTargetRecord, 'id' | 'name'>) {
  return { type: 'jwt-sso-target', id, name }
}

/** The target with that id or client id in the organization; throws `not_found`. */
export async function loadTargetRecord(
  house: Pick<House, 'db'>,
  organizationId: string,
  idOrClientId: string,
): Promise<JwtSsoTargetRecord> {
  const row = await findJwtSsoTarget(house.db, organizationId, idOrClientId)
  if (!row) throw notFound()
  return row
}

export function notFound(): VestibuleError {
  return new VestibuleError('not_found', 'There is no such JWT SSO target.')
}

/** Runs what writes a target. Throws `conflict` where another one has the name. */
export async function withoutNameCollision<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (thrown) {
    if (!isUniqueViolation(thrown)) throw thrown
    throw new VestibuleError('conflict', `There is a JWT SSO target called "${name}" already.`, {
      fields: [{ path: 'name', message: 'is taken by another target' }],
    })
  }
}
