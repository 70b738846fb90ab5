import { isApplicationClientId } from '../base/client-id.ts'
import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import {
  findRefreshToken,
  isGrantLive,
  type RefreshTokenWithGrant,
  revokeGrant,
  rotateRefreshToken,
} from '../store/grants.ts'
import type { TokenCall, TokenCaller } from './exchange-token.ts'
import { mintTokens, type TokenAnswer } from './issue-tokens.ts'

/**
 * New tokens for a refresh token, which is used up (RFC 6749 §6, RFC 9700 §4.14.2). One that comes a second time ends
 * everything that grew out of the sign-in. Person, connection and client are looked at again.
 * Throws `invalid_request`, `invalid_client`, `invalid_grant`, `invalid_scope`, `invalid_target`.
 */
export async function exchangeRefreshToken(call: TokenCall, caller: TokenCaller): Promise<TokenAnswer> {
  const { house, site, request } = call
  const { application } = caller
  if (!request.refreshToken) throw new VestibuleError('invalid_request', 'refresh_token is missing.')
  if (!application || !isApplicationClientId(request.clientId))
    throw new VestibuleError('invalid_client', 'client_id is missing, or is not that of an application.')
  const now = house.clock.now()
  const tokenHash = sha256(request.refreshToken)
  const found = await findRefreshToken(house.db, site.id, tokenHash)
  if (!found || found.grant.applicationId !== application.id)
    throw refuse('This refresh token is not known here; it may have expired.')
  if (found.usedAt !== null) throw await endFamily(call, found)
  if (!isGrantLive(found.grant) || found.expiresAt <= now)
    throw refuse('This refresh token has ended; the person must sign in again.')
  const dpopJkt = boundKey(found, caller)
  const scope = narrowScope(found.grant.scope, request.scope)
  const { answer, stored } = await mintTokens(house, {
    site,
    grant: found.grant,
    application,
    scope,
    resources: request.resources,
    dpopJkt,
    offline: true,
    withIdToken: scope.split(' ').includes('openid'),
    now,
  })
  if (!(await rotateRefreshToken(house.db, tokenHash, stored, now))) throw await endFamily(call, found)
  return answer
}

async function endFamily({ house }: TokenCall, { grant }: RefreshTokenWithGrant): Promise<VestibuleError> {
  await revokeGrant(house.db, grant.id, house.clock.now())
  return refuse('This refresh token was used before. Everything issued with it has been revoked.')
}

/** A public client's refresh token belongs to the key it was issued to (RFC 9449 §5); others prove themselves otherwise. */
function boundKey({ grant }: RefreshTokenWithGrant, { application, dpopJkt }: TokenCaller): string | null {
  if (application?.tokenEndpointAuthMethod !== 'none' || grant.dpopJkt === null) return dpopJkt
  if (dpopJkt === grant.dpopJkt) return dpopJkt
  throw refuse('This refresh token is bound to another key.')
}

/** Less than was granted may be asked for, never more (RFC 6749 §6). */
function narrowScope(granted: string, asked: string | null): string {
  if (asked === null) return granted
  const wanted = [...new Set(asked.split(' ').filter(Boolean))]
  if (wanted.every((scope) => granted.split(' ').includes(scope))) return wanted.join(' ')
  throw new VestibuleError('invalid_scope', 'The scope holds more than was granted.')
}

function refuse(message: string): VestibuleError {
  return new VestibuleError('invalid_grant', message)
}
