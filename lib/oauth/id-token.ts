import { createHash } from 'node:crypto'
import { SignJWT } from 'jose'
import { epochSeconds } from '../base/clock.ts'
import type { House } from '../house.ts'
import type { GrantRecord } from '../store/grants.ts'
import { type Profile, profileClaims, standardClaims } from './profile.ts'

/** An ID token (OpenID Connect Core §2), RS256, for the client_id as it was sent. */
export async function mintIdToken(
  house: Pick<House, 'keys'>,
  input: {
    site: { id: string; issuer: string }
    grant: Pick<GrantRecord, 'clientId' | 'nonce' | 'authenticatedAt'>
    profile: Profile
    accessToken: string
    now: Date
    /** Life of the ID token. */
    seconds: number
  },
): Promise<string> {
  const [key] = await house.keys.load(input.site.id, 'id-token')
  const issuedAt = epochSeconds(input.now)
  const claims = {
    ...profileClaims(input.profile),
    ...standardClaims(input.profile),
    ...(input.grant.nonce && { nonce: input.grant.nonce }),
    auth_time: epochSeconds(input.grant.authenticatedAt),
    at_hash: leftHalfHash(input.accessToken),
  }
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: key!.id, typ: 'JWT' })
    .setIssuer(input.site.issuer)
    .setSubject(input.profile.id)
    .setAudience(input.grant.clientId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + input.seconds)
    .sign(key!.privateKey)
}

/** `at_hash`: the left half of the SHA-256 of the access token (OpenID Connect Core §3.1.3.6). */
function leftHalfHash(accessToken: string): string {
  return createHash('sha256').update(accessToken, 'ascii').digest().subarray(0, 16).toString('base64url')
}
