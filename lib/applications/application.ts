import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import {
  type ApplicationRecord,
  type ApplicationWithUse,
  findApplicationByAnyId,
} from '../store/applications.ts'

/**
 * The applications room: OAuth clients of the organization, their settings and secrets. Owns what an application may be
 * (application-input.ts); must not know how people sign in to one.
 */

/** An application as the API answers it; instants in RFC 3339. Nothing secret. */
export type ApplicationView = {
  id: string
  clientId: string
  name: string
  product: string
  type: ApplicationRecord['type']
  redirectUrls: string[]
  postLogoutRedirectUrls: string[]
  backchannelLogoutUrl: string | null
  backchannelLogoutSessionRequired: boolean
  initiateLoginUrl: string | null
  requirePkce: boolean
  tokenEndpointAuthMethod: ApplicationRecord['tokenEndpointAuthMethod']
  jwks: unknown
  jwksUrl: string | null
  accessTokenFormat: ApplicationRecord['accessTokenFormat']
  requireDpop: boolean
  requirePar: boolean
  /** Its last sign-in, or the last use of a secret. */
  lastUsedAt: string | null
  createdAt: string
  updatedAt: string
}

export function viewApplication(row: ApplicationWithUse): ApplicationView {
  return {
    id: row.id,
    clientId: row.clientId,
    ...auditableApplication(row),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  }
}

/** An application as the audit log keeps it: everything an admin sets, nothing secret. */
export function auditableApplication(row: ApplicationRecord) {
  return {
    name: row.name,
    product: row.product,
    type: row.type,
    redirectUrls: row.redirectUrls,
    postLogoutRedirectUrls: row.postLogoutRedirectUrls,
    backchannelLogoutUrl: row.backchannelLogoutUrl,
    backchannelLogoutSessionRequired: row.backchannelLogoutSessionRequired,
    initiateLoginUrl: row.initiateLoginUrl,
    requirePkce: row.requirePkce,
    tokenEndpointAuthMethod: row.tokenEndpointAuthMethod,
    jwks: row.jwks as object | null,
    jwksUrl: row.jwksUrl,
    accessTokenFormat: row.accessTokenFormat,
    requireDpop: row.requireDpop,
    requirePar: row.requirePar,
  }
}

/** The application with that id or client id in the organization; throws `not_found`. */
export async function loadApplicationRecord(
  house: Pick<House, 'db'>,
  organizationId: string,
  idOrClientId: string,
): Promise<ApplicationWithUse> {
  const row = await findApplicationByAnyId(house.db, organizationId, idOrClientId)
  if (!row) throw new VestibuleError('not_found', 'There is no such application.')
  return row
}
