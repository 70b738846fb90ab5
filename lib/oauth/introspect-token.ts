import { epochSeconds } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { findAccessToken, findRefreshToken, type GrantWithClient, isGrantLive } from '../store/grants.ts'
import { authenticateApplication } from './authenticate-application.ts'
import type { Profile } from './profile.ts'
import { type ClientCredentials, readText } from './token-request.ts'

type Site = { id: string; issuer: string }

/** Who asks: an application by its credentials, or somebody whose management key was checked before. */
export type Introspector = { kind: 'application'; credentials: ClientCredentials } | { kind: 'management' }

/**
 * What a token is worth right now (RFC 7662 §2.2). Asked by a confidential application of the organization, as the
 * resource servers of a product are, or with a management key; a refresh token is told to its own application alone.
 * Throws `invalid_client`, `invalid_request`.
 */
export async function introspectToken(
  house: House,
  site: Site,
  introspector: Introspector,
  body: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const asking =
    introspector.kind === 'application'
      ? await authenticateApplication(house, site, introspector.credentials)
      : null
  if (asking && asking.type !== 'confidential')
    throw new VestibuleError('invalid_client', 'Only a confidential application may ask.')
  const token = readText(body, 'token')
  if (!token) throw new VestibuleError('invalid_request', 'token is missing.')
  const now = house.clock.now()
  const access = await findAccessToken(house.db, site.id, sha256(token), now)
  if (access) {
    const { grant, scope, audience, dpopJkt } = access
    return {
      ...describe(grant, site, access),
      ...(scope && { scope }),
      aud: audience.length > 0 ? audience : site.issuer,
      token_type: dpopJkt ? 'DPoP' : 'Bearer',
      ...(dpopJkt && { cnf: { jkt: dpopJkt } }),
    }
  }
  const refresh = await findRefreshToken(house.db, site.id, sha256(token))
  const isTheirs = refresh !== null && (asking === null || refresh.grant.applicationId === asking.id)
  if (!isTheirs || refresh.usedAt !== null || refresh.expiresAt <= now || !isGrantLive(refresh.grant))
    return { active: false }
  return { ...describe(refresh.grant, site, refresh), scope: refresh.grant.scope, aud: site.issuer }
}

function describe(grant: GrantWithClient, site: Site, life: { createdAt: Date; expiresAt: Date }) {
  const { email, username } = grant.profile as Profile
  return {
    active: true,
    iss: site.issuer,
    sub: grant.subject,
    client_id: grant.clientId,
    iat: epochSeconds(life.createdAt),
    exp: epochSeconds(life.expiresAt),
    ...(grant.tenant && { tenant: grant.tenant }),
    ...((username ?? email) && { username: username ?? email }),
    ...(grant.sessionId && { sid: grant.sessionId }),
    ...(grant.acr && { acr: grant.acr }),
    ...(grant.amr.length > 0 && { amr: grant.amr }),
  }
}
