import { compactVerify, createLocalJWKSet } from 'jose'
import type { House } from '../house.ts'

/** What an ID token of ours says of a sign-in, once its signature is verified. Its age does not matter. */
export type IdTokenHint = { subject: string; audience: string[]; sessionId: string | null }

/**
 * Reads an `id_token_hint` (OpenID Connect Core §3.1.2.1, RP-Initiated Logout §2): one that we issued here, expired or
 * not. Null for anything else.
 */
export async function readIdTokenHint(
  house: Pick<House, 'keys'>,
  site: { id: string; issuer: string },
  token: string,
): Promise<IdTokenHint | null> {
  try {
    const keys = createLocalJWKSet((await house.keys.loadJwks(site.id)) as never)
    const { payload } = await compactVerify(token, keys, { algorithms: ['RS256'] })
    const claims = JSON.parse(new TextDecoder().decode(payload)) as Record<string, unknown>
    if (claims.iss !== site.issuer || typeof claims.sub !== 'string') return null
    const audience = [claims.aud].flat().filter((one) => typeof one === 'string')
    return { subject: claims.sub, audience, sessionId: typeof claims.sid === 'string' ? claims.sid : null }
  } catch {
    return null
  }
}
