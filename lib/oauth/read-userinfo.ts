import { sha256 } from '../base/encoding.ts'
import { isVestibuleError, VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { type AccessTokenWithGrant, findAccessToken } from '../store/grants.ts'
import { type ClaimsRequest, claimsAbout, hasScope } from './claims.ts'
import { proofAlgorithms, verifyDpopProof } from './dpop.ts'
import { type Profile, profileClaims, type Requested, standardClaims } from './profile.ts'

/** An access token as it came to a resource of ours, with the proof of possession that belongs to it. */
export type PresentedToken = {
  token: string | null
  /** How it came: `DPoP` tokens are useless as `Bearer` (RFC 9449 §7.1). */
  scheme: 'bearer' | 'dpop'
  proof: string | null
  method: string
}

type Site = { id: string; issuer: string }

/**
 * The profile behind an access token: in the Polis dialect for a connection (SAML Jackson, "Profile Request"), the
 * claims of its scopes for an application (OpenID Connect Core §5.3). Throws `invalid_token`, `insufficient_scope`,
 * `invalid_dpop_proof`.
 */
export async function readUserinfo(
  house: Pick<House, 'db' | 'clock'>,
  site: Site,
  presented: PresentedToken,
): Promise<Record<string, unknown>> {
  const found = await findPresented(house, site, presented)
  const { grant } = found
  const profile = grant.profile as Profile
  if (grant.applicationId === null) {
    return {
      ...profileClaims(profile),
      ...(hasScope(grant.scope, 'openid') && standardClaims(profile)),
      raw: profile.raw,
      requested: grant.requested as Requested,
    }
  }
  if (!hasScope(found.scope, 'openid'))
    throw new VestibuleError('insufficient_scope', 'This takes a token with the scope openid.')
  const { subject, tenant } = grant
  const claims = grant.claims as ClaimsRequest | null
  return claimsAbout({ subject, tenant, profile }, { scope: found.scope, claims, where: 'userinfo' })
}

async function findPresented(
  house: Pick<House, 'db' | 'clock'>,
  site: Site,
  { token, scheme, proof, method }: PresentedToken,
): Promise<AccessTokenWithGrant> {
  if (!token) throw refuse('Send the access token as a Bearer token in the Authorization header.')
  const found = await findAccessToken(house.db, site.id, sha256(token), house.clock.now())
  if (!found) throw refuse('This access token is not known here, has expired, or was revoked.')
  if (found.audience.length > 0 && !found.audience.includes(site.issuer))
    throw refuse('This access token is for another resource.')
  if (found.dpopJkt === null) return found
  if (scheme !== 'dpop' || !proof) throw refuseProof('This access token must come with a DPoP proof.')
  const url = `${site.issuer}/api/oauth/userinfo`
  const thumbprint = await verifyDpopProof(house, { proof, method, url, accessToken: token }).catch(
    (thrown) => {
      throw isVestibuleError(thrown) ? challengeForProof(thrown) : thrown
    },
  )
  if (thumbprint !== found.dpopJkt) throw refuseProof('This access token is bound to another key.')
  return found
}

function refuseProof(message: string): VestibuleError {
  return challengeForProof(new VestibuleError('invalid_token', message))
}

/** The same error as a resource says it (RFC 9449 §7.1). */
function challengeForProof({ code, message, cause }: VestibuleError): VestibuleError {
  const challenge = `DPoP error="${code}", algs="${proofAlgorithms.join(' ')}"`
  return new VestibuleError(code, message, { cause, challenge })
}

function refuse(message: string): VestibuleError {
  return new VestibuleError('invalid_token', message)
}

/** The token of a request: Authorization header, or a form field with POST (RFC 6750 §2.1, §2.2, RFC 9449 §7.1). */
export function readPresentedToken(headers: Headers, method: string, formToken: unknown): PresentedToken {
  const proof = headers.get('dpop')
  const match = /^(bearer|dpop)\s+(\S+)\s*$/i.exec(headers.get('authorization') ?? '')
  if (match) {
    const scheme = match[1]!.toLowerCase() as PresentedToken['scheme']
    return { token: match[2]!, scheme, proof, method }
  }
  const token = typeof formToken === 'string' && formToken !== '' ? formToken : null
  return { token, scheme: 'bearer', proof, method }
}
