import { createHash } from 'node:crypto'
import { SignJWT } from 'jose'
import { epochSeconds } from '../base/clock.ts'
import type { House } from '../house.ts'
import type { GrantRecord } from '../store/grants.ts'
import { type ClaimsRequest, claimsAbout } from './claims.ts'
import { type Profile, profileClaims, standardClaims } from './profile.ts'

type Grant = Pick<
  GrantRecord,
  'clientId' | 'nonce' | 'authenticatedAt' | 'applicationId' | 'sessionId' | 'subject' | 'scope' | 'claims' | 'amr' | 'acr'
> & { tenant: string } // biome-ignore format: a list of members

export type IdTokenInput = {
  site: { id: string; issuer: string }
  grant: Grant
  profile: Profile
  accessToken: string
  now: Date
  /** Life of the ID token. */
  seconds: number
}

/** An ID token (OpenID Connect Core §2), RS256, for the client_id as it was sent. */
export async function mintIdToken(house: Pick<House, 'keys'>, input: IdTokenInput): Promise<string> {
  const { grant, site, now } = input
  const [key] = await house.keys.load(site.id, 'id-token')
  const issuedAt = epochSeconds(now)
  const claims = {
    ...(grant.applicationId === null ? connectionClaims(input) : applicationClaims(input)),
    ...(grant.nonce && { nonce: grant.nonce }),
    auth_time: epochSeconds(grant.authenticatedAt),
    at_hash: leftHalfHash(input.accessToken),
  }
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: key!.id, typ: 'JWT' })
    .setIssuer(site.issuer)
    .setSubject(grant.subject)
    .setAudience(grant.clientId)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + input.seconds)
    .sign(key!.privateKey)
}

/** The members of the Polis dialect. */
function connectionClaims({ grant, profile }: IdTokenInput): Record<string, unknown> {
  const session = grant.sessionId && { sid: grant.sessionId }
  return { ...profileClaims(profile), ...standardClaims(profile), ...session }
}

function applicationClaims({ grant, profile }: IdTokenInput): Record<string, unknown> {
  const { subject, tenant, scope } = grant
  const asked = { scope, claims: grant.claims as ClaimsRequest | null, where: 'id_token' as const }
  return {
    ...claimsAbout({ subject, tenant, profile }, asked),
    ...(grant.sessionId && { sid: grant.sessionId }),
    ...(grant.amr.length > 0 && { amr: grant.amr }),
    ...(grant.acr && { acr: grant.acr }),
  }
}

/** `at_hash`: the left half of the SHA-256 of the access token (OpenID Connect Core §3.1.3.6). */
function leftHalfHash(accessToken: string): string {
  return createHash('sha256').update(accessToken, 'ascii').digest().subarray(0, 16).toString('base64url')
}
