import { equalsConstantTime } from '../base/encoding.ts'
import { readEncodedTenant } from './client-reference.ts'
import type { TokenRequest } from './token-request.ts'

/** What the token endpoint knows of the client a code was issued to. */
export type GrantClient = {
  /** `client_id` as it was sent to authorize. */
  clientId: string
  connectionClientId: string
  tenant: string
  product: string
  connectionSecret: string
  hasPkce: boolean
}

/**
 * Whether the caller is the client the code was issued to: the right `client_id`, and a secret that fits.
 * A connection is proven by its own secret; one named by tenant and product also by the verifier of the
 * configuration; with PKCE the secret may be left out, or be `dummy` beside the client_id `dummy`.
 */
export function isGrantClient(
  request: Pick<TokenRequest, 'clientId' | 'clientSecret'>,
  grant: GrantClient,
  secretVerifier: string,
): boolean {
  const named = nameOf(request.clientId, grant)
  if (named === null) return false
  const { clientSecret } = request
  if (clientSecret === null) return grant.hasPkce
  if (equalsConstantTime(clientSecret, grant.connectionSecret)) return true
  if (named === 'tenant' && equalsConstantTime(clientSecret, secretVerifier)) return true
  return named === 'tenant' && grant.hasPkce && request.clientId === 'dummy' && clientSecret === 'dummy'
}

/** How the caller names the client: as a connection, by tenant and product, or not as this client at all. */
function nameOf(clientId: string, grant: GrantClient): 'connection' | 'tenant' | null {
  if (clientId === grant.connectionClientId) return 'connection'
  const encoded = readEncodedTenant(clientId)
  if (encoded) return encoded.tenant === grant.tenant && encoded.product === grant.product ? 'tenant' : null
  // Any other name, such as `dummy`, stands for tenant and product only if authorize was asked under it.
  return clientId === grant.clientId && grant.clientId !== grant.connectionClientId ? 'tenant' : null
}
