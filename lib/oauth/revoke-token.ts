import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { deleteAccessToken, findAccessToken, findRefreshToken, revokeGrant } from '../store/grants.ts'
import { authenticateApplication } from './authenticate-application.ts'
import { type ClientCredentials, readText } from './token-request.ts'

/**
 * Ends a token of the calling application (RFC 7009 §2.1): with a refresh token everything that was granted with it,
 * with an access token that one alone. An unknown token, or another client's, is no error and changes nothing.
 * Throws `invalid_client`, `invalid_request`.
 */
export async function revokeToken(
  house: House,
  site: { id: string; issuer: string },
  credentials: ClientCredentials,
  body: Record<string, unknown>,
): Promise<void> {
  const application = await authenticateApplication(house, site, credentials)
  const token = readText(body, 'token')
  if (!token) throw new VestibuleError('invalid_request', 'token is missing.')
  const now = house.clock.now()
  const hash = sha256(token)
  const refresh = await findRefreshToken(house.db, site.id, hash)
  if (refresh?.grant.applicationId === application.id) return revokeGrant(house.db, refresh.grant.id, now)
  const access = await findAccessToken(house.db, site.id, hash, now)
  if (access?.grant.applicationId === application.id) await deleteAccessToken(house.db, hash)
}
