import { SignJWT } from 'jose'
import { epochSeconds, secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintToken } from '../base/ids.ts'
import type { House } from '../house.ts'
import type { ApplicationRecord } from '../store/applications.ts'
import type { GrantRecord, NewTokens } from '../store/grants.ts'
import { type AuthorizeRequest, wantsIdToken } from './authorize-request.ts'
import { hasScope } from './claims.ts'
import { mintIdToken } from './id-token.ts'
import type { Profile, Requested } from './profile.ts'
import { isResource } from './resource.ts'

/** Life of an access token, in seconds: of a connection that is its own client (the dialect's 300), of an application. */
export const accessTokenSeconds = 300
export const applicationTokenSeconds = 3600

/** A refresh token unused for so long is over; what grew out of one sign-in is over after `offlineGrantSeconds`. */
export const refreshTokenSeconds = 30 * 86_400
export const offlineGrantSeconds = 180 * 86_400

export type TokenAnswer = {
  access_token: string
  token_type: 'bearer' | 'DPoP'
  expires_in: number
  scope?: string
  refresh_token?: string
  id_token?: string
}

export type Issue = {
  site: { id: string; issuer: string }
  grant: Pick<
    GrantRecord,
    | 'clientId' | 'nonce' | 'authenticatedAt' | 'applicationId' | 'sessionId' | 'subject' | 'scope' | 'claims' | 'amr'
    | 'acr' | 'profile' | 'requested' | 'resources' | 'sessionNotOnOrAfterAt' | 'expiresAt'
  > & { tenant: string } // biome-ignore format: a list of members
  /** Null where a connection is the client. */
  application: Pick<ApplicationRecord, 'clientId' | 'accessTokenFormat'> | null
  /** What this token may do: the scope of the grant, or less. */
  scope: string
  /** Whom the client wants it for now (RFC 8707 §2.2). */
  resources: string[]
  dpopJkt: string | null
  /** Whether the grant lives on by refresh tokens. */
  offline: boolean
  withIdToken: boolean
  now: Date
}

/**
 * Makes the tokens of one answer: what the client gets, and what is stored of it. Nothing is stored here.
 * Throws `invalid_target` for a resource that was not asked for at authorization.
 */
export async function mintTokens(
  house: Pick<House, 'keys' | 'random'>,
  issue: Issue,
): Promise<{ answer: TokenAnswer; stored: NewTokens }> {
  const { grant, now, offline } = issue
  const audience = audienceOf(issue)
  const seconds = lifeSeconds(issue)
  const expiresAt = secondsAfter(now, seconds)
  const accessToken = await mintAccessToken(house, issue, audience, seconds)
  const refreshToken = offline ? mintToken(house.random) : null
  const answer: TokenAnswer = {
    access_token: accessToken,
    token_type: issue.dpopJkt ? 'DPoP' : 'bearer',
    expires_in: seconds,
    ...(issue.application && { scope: issue.scope }),
    ...(refreshToken && { refresh_token: refreshToken }),
  }
  if (issue.withIdToken) {
    const profile = grant.profile as Profile
    answer.id_token = await mintIdToken(house, {
      site: issue.site,
      grant,
      profile,
      accessToken,
      now,
      seconds,
    })
  }
  const access = {
    hash: sha256(accessToken),
    scope: issue.scope,
    audience,
    dpopJkt: issue.dpopJkt,
    expiresAt,
  }
  return { answer, stored: { access, refresh: refreshToken ? toRefresh(refreshToken, issue) : null } }
}

function toRefresh(token: string, { now, grant }: Issue): NewTokens['refresh'] {
  const idle = secondsAfter(now, refreshTokenSeconds)
  return { hash: sha256(token), expiresAt: idle < grant.expiresAt ? idle : grant.expiresAt }
}

/** What the client asks for now, out of what it asked for at authorization; everything of that when it asks for nothing. */
function audienceOf({ grant, resources }: Issue): string[] {
  const wrong = resources.find((one) => !isResource(one) || !covers(grant.resources, one))
  if (wrong !== undefined)
    throw new VestibuleError('invalid_target', `${wrong} is not a resource this client was authorized for.`)
  return resources.length > 0 ? resources : grant.resources
}

function covers(authorized: string[], resource: string): boolean {
  return authorized.length === 0 || authorized.includes(resource)
}

/** No token outlives the session at the identity provider (SessionNotOnOrAfter, saml-core-2.0 §2.7.2), unless it is offline access. */
export function lifeSeconds({ application, grant, offline, now }: Issue): number {
  const longest = application ? applicationTokenSeconds : accessTokenSeconds
  if (grant.sessionNotOnOrAfterAt === null || offline) return longest
  return Math.min(longest, Math.floor((grant.sessionNotOnOrAfterAt.getTime() - now.getTime()) / 1000))
}

async function mintAccessToken(
  house: Pick<House, 'keys' | 'random'>,
  issue: Issue,
  audience: string[],
  seconds: number,
): Promise<string> {
  const { application, grant, site, now, scope, dpopJkt } = issue
  if (application?.accessTokenFormat !== 'jwt') return mintToken(house.random)
  const [key] = await house.keys.load(site.id, 'id-token')
  const issuedAt = epochSeconds(now)
  const claims = {
    client_id: application.clientId,
    ...(scope && { scope }),
    ...(grant.tenant && { tenant: grant.tenant, auth_time: epochSeconds(grant.authenticatedAt) }),
    ...(grant.amr.length > 0 && { amr: grant.amr }),
    ...(grant.acr && { acr: grant.acr }),
    ...(grant.sessionId && { sid: grant.sessionId }),
    ...(dpopJkt && { cnf: { jkt: dpopJkt } }),
  }
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', kid: key!.id, typ: 'at+jwt' })
    .setIssuer(site.issuer)
    .setSubject(grant.subject)
    .setAudience(audience.length > 0 ? audience : site.issuer)
    .setJti(mintToken(house.random, 16))
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + seconds)
    .sign(key!.privateKey)
}

/** Whether the answer to a code brings an ID token. */
export function grantWantsIdToken(grant: Pick<GrantRecord, 'scope' | 'nonce' | 'requested'>): boolean {
  const { provider } = grant.requested as Requested
  const asked: Pick<AuthorizeRequest, 'scope' | 'provider' | 'nonce'> = {
    scope: grant.scope,
    provider: provider ?? null,
    nonce: grant.nonce,
  }
  return wantsIdToken(asked)
}

export function isOffline(scope: string): boolean {
  return hasScope(scope, 'offline_access')
}
