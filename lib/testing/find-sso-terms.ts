import { sha256 } from '../base/encoding.ts'
import { openJwtSecret } from '../connections/jwt/jwt-secret.ts'
import { jwtUpstreamOf } from '../connections/jwt/jwt-upstream.ts'
import type { House } from '../house.ts'
import { findConnections } from '../store/connections.ts'
import { loadSigningTerms } from '../store/jwt-secrets.ts'
import { findLoginRequest } from '../store/login-requests.ts'
import type { TenantRecord } from '../store/tenants.ts'
import type { SsoTerms } from './idp/test-idp.ts'

/**
 * With what the test page signs for the connection that waits at `path` (`i/…`): the one whose sign-in it is, or whose
 * clientID it names. Null unless the connection is of this tenant and sends its people to this very page (`ssoUrl`): the
 * secret of any other belongs to a customer.
 */
export async function findSsoTerms(
  house: Pick<House, 'db' | 'sealer'>,
  organizationId: string,
  tenant: Pick<TenantRecord, 'id'>,
  ssoUrl: string,
  path: string,
): Promise<SsoTerms | null> {
  const place = path.slice('i/'.length)
  const login = await findLoginRequest(house.db, organizationId, sha256(place))
  const named = login ? { id: login.connectionId } : { clientId: place }
  const found = await findConnections(house.db, organizationId, { ...named, kind: 'jwt', upstreamId: ssoUrl })
  const connection = found.find(({ tenantId }) => tenantId === tenant.id)
  const [newest] = connection ? (await loadSigningTerms(house.db, connection.id)).secrets : []
  if (!connection || !newest) return null
  return {
    secret: openJwtSecret(house, organizationId, newest),
    audience: jwtUpstreamOf(connection).audience,
  }
}
