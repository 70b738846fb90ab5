import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { findGrantByAccessToken } from '../store/grants.ts'
import { type Profile, profileClaims, type Requested, standardClaims } from './profile.ts'

/**
 * The profile behind an access token (SAML Jackson, "Profile Request"; OpenID Connect Core §5.3 for `openid`).
 * Throws `invalid_token`.
 */
export async function readUserinfo(
  house: Pick<House, 'db' | 'clock'>,
  organizationId: string,
  accessToken: string | null,
): Promise<Record<string, unknown>> {
  if (!accessToken)
    throw new VestibuleError(
      'invalid_token',
      'Send the access token as a Bearer token in the Authorization header.',
    )
  const grant = await findGrantByAccessToken(house.db, organizationId, sha256(accessToken), house.clock.now())
  if (!grant)
    throw new VestibuleError(
      'invalid_token',
      'This access token is not known here, has expired, or was revoked.',
    )
  const profile = grant.profile as Profile
  return {
    ...profileClaims(profile),
    ...(grant.scope.split(/[ ,]/).includes('openid') && standardClaims(profile)),
    raw: profile.raw,
    requested: grant.requested as Requested,
  }
}

/** The token of a userinfo request: Authorization header, or a form field with POST (RFC 6750 §2.1, §2.2). */
export function readBearerToken(authorization: string | null, formToken: unknown): string | null {
  const match = /^bearer\s+(\S+)\s*$/i.exec(authorization ?? '')
  if (match) return match[1]!
  return typeof formToken === 'string' && formToken !== '' ? formToken : null
}
