import { compactVerify, decodeProtectedHeader } from 'jose'
import { z } from 'zod'
import type { House } from '../house.ts'

/** What an ID token of ours says about whom, and for which client, it was made. */
export type IdTokenHint = {
  subject: string
  /** The `client_id` it was issued to, as that was sent. */
  clientId: string
  /** The session it was issued in; null before there were sessions. */
  sessionId: string | null
}

/** Longer than any ID token that fits into an address. */
const maxLength = 16_384

const claimsSchema = z.object({
  iss: z.string(),
  sub: z.string().min(1),
  aud: z.union([
    z.string().min(1),
    z
      .array(z.string().min(1))
      .length(1)
      .transform(([only]) => only!),
  ]),
  azp: z.string().optional(),
  sid: z.string().optional(),
})

/**
 * Reads an `id_token_hint` (OpenID Connect Core §3.1.2.1, RP-Initiated Logout 1.0 §2): an ID token this organization
 * signed, with a key it has or had. One that has expired still says who it was about. Null when it is anything else:
 * another issuer's, another organization's, altered, unsigned, or a token of ours that is no ID token.
 */
export async function readIdTokenHint(
  house: Pick<House, 'keys'>,
  site: { id: string; issuer: string },
  token: string,
): Promise<IdTokenHint | null> {
  const payload = token.length > maxLength ? null : await verify(house, site.id, token)
  const claims = claimsSchema.safeParse(payload)
  if (!claims.success) return null
  const { iss, sub, aud, azp, sid } = claims.data
  if (iss !== site.issuer || (azp !== undefined && azp !== aud)) return null
  return { subject: sub, clientId: aud, sessionId: sid ?? null }
}

/** The claims under a signature of ours, or null. The key is chosen among ours, the algorithm is fixed. */
async function verify(house: Pick<House, 'keys'>, organizationId: string, token: string): Promise<unknown> {
  try {
    const { kid, typ } = decodeProtectedHeader(token)
    if (typ !== undefined && typ.toLowerCase() !== 'jwt') return null
    const keys = await house.keys.load(organizationId, 'id-token')
    const key = keys.find(({ id }) => id === kid)
    if (!key) return null
    const { payload } = await compactVerify(token, key.publicKey, { algorithms: ['RS256'] })
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
  } catch {
    return null
  }
}
