import { equalsConstantTime, sha256 } from '../base/encoding.ts'
import { type OAuthErrorCode, VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import {
  consumeCodeForTokens,
  countFailedRedemption,
  findGrantByCode,
  type GrantWithClient,
  isGrantLive,
  revokeGrant,
} from '../store/grants.ts'
import { recordTrace } from '../traces/record-trace.ts'
import { isGrantClient } from './authenticate-client.ts'
import type { TokenCall, TokenCaller } from './exchange-token.ts'
import { grantWantsIdToken, isOffline, mintTokens, type TokenAnswer } from './issue-tokens.ts'
import type { Profile, Requested } from './profile.ts'
import type { TokenRequest } from './token-request.ts'

/** After this many failed redemptions a code is burnt. */
const maxFailedAttempts = 5

export type CodeCause =
  | 'code_client_mismatch'
  | 'code_client_other'
  | 'code_redirect_url_mismatch'
  | 'code_verifier_missing'
  | 'code_verifier_unexpected'
  | 'code_verifier_mismatch'
  | 'code_reused'
  | 'code_expired'
  | 'code_burnt'
  | 'code_key_mismatch'
  | 'code_grant_ended'
  | 'code_connection_deactivated'

type Context = {
  grant: GrantWithClient
  request: TokenRequest
  /** Whether the caller has proven to be the client the code was issued to. */
  isClient: boolean
  application: TokenCaller['application']
  dpopJkt: string | null
  now: Date
}
type CodeCheck = { name: string; cause(context: Context): CodeCause | null }

/** In the order of RFC 6749 §4.1.3 and RFC 7636 §4.6; a test asserts it. */
export const codeChecks: readonly CodeCheck[] = [
  { name: 'Client', cause: checkClient },
  {
    name: 'Code is not burnt',
    cause: ({ grant }) => (grant.failedAttempts < maxFailedAttempts ? null : 'code_burnt'),
  },
  { name: 'Code is used once', cause: ({ grant }) => (grant.codeUsedAt === null ? null : 'code_reused') },
  {
    name: 'Code has not expired',
    cause: ({ grant, now }) =>
      grant.codeExpiresAt! > now && !isSessionOver(grant, now) ? null : 'code_expired',
  },
  {
    name: 'Redirect URL',
    cause: ({ grant, request }) =>
      isIdPFlow(grant) || grant.redirectUri === request.redirectUri ? null : 'code_redirect_url_mismatch',
  },
  { name: 'PKCE', cause: checkVerifier },
  {
    name: 'Key',
    cause: ({ grant, dpopJkt }) =>
      grant.dpopJkt === null || grant.dpopJkt === dpopJkt ? null : 'code_key_mismatch',
  },
  {
    name: 'Connection is active',
    cause: ({ grant }) => (grant.connectionActive === false ? 'code_connection_deactivated' : null),
  },
  {
    name: 'Sign-in still stands',
    cause: ({ grant }) => (isGrantLive(grant) && grant.sessionRevokedAt === null ? null : 'code_grant_ended'),
  },
]

/**
 * Redeems an authorization code (RFC 6749 §4.1.3). A code that comes twice ends what was issued from it; a failed
 * redemption counts, and five burn the code. Every refusal of a known code leaves a trace.
 * Throws `invalid_request`, `invalid_client`, `invalid_grant`, `invalid_target`.
 */
export async function exchangeCode(call: TokenCall, caller: TokenCaller): Promise<TokenAnswer> {
  const { house, site, request } = call
  checkShape(request)
  const now = house.clock.now()
  const grant = await findGrantByCode(house.db, site.id, sha256(request.code))
  checkRedirectUri(request, grant)
  if (!grant) throw new VestibuleError('invalid_grant', 'This code is not known here; it may have expired.')
  const isClient = isClientOf(house, grant, call, caller)
  const { application, dpopJkt } = caller
  const context: Context = { grant, request, isClient, application, dpopJkt, now }
  for (const check of codeChecks) {
    const cause = check.cause(context)
    if (cause) throw await refuse(call, context, cause)
  }
  const { answer, stored } = await mintTokens(house, {
    site,
    grant,
    application: caller.application,
    scope: grant.scope,
    resources: request.resources,
    dpopJkt: caller.dpopJkt,
    offline: grant.applicationId !== null && isOffline(grant.scope),
    withIdToken: grantWantsIdToken(grant),
    now,
  })
  const bindTo = caller.application?.tokenEndpointAuthMethod === 'none' ? caller.dpopJkt : null
  const won = await consumeCodeForTokens(house.db, grant.id, stored, { now, maxFailedAttempts, bindTo })
  if (!won) throw await refuse(call, context, 'code_reused')
  return answer
}

/** Whether the session at the identity provider, from which the code came, is over (SessionNotOnOrAfter). */
function isSessionOver({ sessionNotOnOrAfterAt }: GrantWithClient, now: Date): boolean {
  return sessionNotOnOrAfterAt !== null && sessionNotOnOrAfterAt.getTime() - now.getTime() < 1000
}

function checkShape(request: TokenRequest): void {
  if (!request.code) throw new VestibuleError('invalid_request', 'code is missing.')
  if (!request.clientId) throw new VestibuleError('invalid_client', 'client_id is missing.')
}

/** Required because authorize was told one; where the identity provider began, it was not (RFC 6749 §4.1.3). */
function checkRedirectUri(request: TokenRequest, grant: GrantWithClient | null): void {
  if (request.redirectUri || (grant && isIdPFlow(grant))) return
  throw new VestibuleError('invalid_request', 'redirect_uri is missing; send the one you sent to authorize.')
}

/** Whether no client asked for this sign-in: it began at the identity provider's side. */
function isIdPFlow({ requested }: GrantWithClient): boolean {
  return (requested as Requested).isIdPFlow === true
}

/** An application has proven itself before; a connection does it here, by the secret of this very grant. */
function isClientOf(
  house: House,
  grant: GrantWithClient,
  { request }: TokenCall,
  { application }: TokenCaller,
): boolean {
  if (application || grant.applicationId !== null) return grant.applicationId === application?.id
  const connectionSecret = house.sealer.open(grant.clientSecretSealed!, {
    organizationId: grant.organizationId,
    field: 'connection-client-secret',
    recordId: grant.connectionId!,
  })
  const connectionClientId = grant.connectionClientId!
  const client = { ...grant, connectionClientId, connectionSecret, hasPkce: grant.codeChallenge !== null }
  return isGrantClient(request, client, house.config.clientSecretVerifier)
}

/** An application that proved itself, and brings another's code, is no stranger (RFC 6749 §5.2). */
function checkClient({ isClient, application }: Context): CodeCause | null {
  if (isClient) return null
  return application ? 'code_client_other' : 'code_client_mismatch'
}

/** RFC 7636 §4.6; a verifier without a challenge is refused too (RFC 9700 §2.1.1). */
function checkVerifier({ grant, request }: Context): CodeCause | null {
  const { codeChallenge } = grant
  if (codeChallenge === null) return request.codeVerifier === null ? null : 'code_verifier_unexpected'
  if (request.codeVerifier === null) return 'code_verifier_missing'
  return equalsConstantTime(sha256(request.codeVerifier), codeChallenge) ? null : 'code_verifier_mismatch'
}

const refusals: Record<CodeCause, { code: OAuthErrorCode; message: string; sentence: string }> = {
  code_client_mismatch: {
    code: 'invalid_client',
    message: 'client_id and client_secret do not fit the client this code was issued to.',
    sentence:
      'The application redeemed its code with a client_id or client_secret that does not fit. Compare them with those of the connection.',
  },
  code_client_other: {
    code: 'invalid_grant',
    message: 'This code was issued to another client.',
    sentence: 'An application redeemed a code that was issued to another one.',
  },
  code_burnt: {
    code: 'invalid_grant',
    message: 'This code was redeemed wrongly too often.',
    sentence: 'The code was burnt after five wrong tries to redeem it.',
  },
  code_reused: {
    code: 'invalid_grant',
    message: 'This code was used before. Tokens issued from it have been revoked.',
    sentence:
      'The application redeemed the same code twice. The tokens issued from it were revoked; look for a page that is loaded twice or a retry without need.',
  },
  code_expired: {
    code: 'invalid_grant',
    message: 'This code has expired.',
    sentence: 'The application redeemed its code later than 60 seconds after sign-in.',
  },
  code_redirect_url_mismatch: {
    code: 'invalid_grant',
    message: 'redirect_uri differs from the one sent to authorize.',
    sentence: 'The application redeemed its code with another redirect_uri than it had sent to authorize.',
  },
  code_verifier_missing: {
    code: 'invalid_grant',
    message: 'code_verifier is missing.',
    sentence: 'The application began with PKCE but sent no code_verifier with its code.',
  },
  code_verifier_unexpected: {
    code: 'invalid_grant',
    message: 'A code_verifier came, but authorize was called without a code_challenge.',
    sentence: 'The application sent a code_verifier although it had begun without PKCE.',
  },
  code_verifier_mismatch: {
    code: 'invalid_grant',
    message: 'code_verifier does not fit the code_challenge.',
    sentence: 'The code_verifier of the application does not fit the code_challenge it began with.',
  },
  code_key_mismatch: {
    code: 'invalid_grant',
    message: 'The code is bound to another key than that of the DPoP proof.',
    sentence: 'The application redeemed its code with another DPoP key than the one it had announced.',
  },
  code_grant_ended: {
    code: 'invalid_grant',
    message: 'This sign-in has ended.',
    sentence: 'The person was disabled or signed out between sign-in and the redemption of the code.',
  },
  code_connection_deactivated: {
    code: 'invalid_grant',
    message: 'The connection is deactivated.',
    sentence: 'The connection was deactivated between sign-in and the redemption of the code.',
  },
}

/** Notes the failure where it counts and keeps it in a trace; returns what is to be thrown. */
async function refuse(
  { house, origin }: TokenCall,
  context: Context,
  cause: CodeCause,
): Promise<VestibuleError> {
  const { grant, now } = context
  if (cause === 'code_reused') await revokeGrant(house.db, grant.id, now)
  else await countFailedRedemption(house.db, grant.id)
  const traceId = mintId('trc', now, house.random)
  const { code, message, sentence } = refusals[cause]
  const at = codeChecks.findIndex((check) => check.cause(context) === cause)
  const last = at === -1 ? codeChecks.findIndex((check) => check.name === 'Code is used once') : at
  const { connectionId, connectionName, connectionKind } = grant
  await recordTrace(house, {
    id: traceId,
    organizationId: grant.organizationId,
    tenant: grant.tenant,
    product: grant.product,
    connection:
      connectionId === null ? null : { id: connectionId, name: connectionName!, kind: connectionKind! },
    purpose: 'sign-in',
    outcome: 'failure',
    cause,
    sentence,
    checks: codeChecks.slice(0, last + 1).map(({ name }, index) => ({ name, ok: index !== last })),
    subject: (grant.profile as Profile).id,
    email: (grant.profile as Profile).email,
    origin,
  })
  return new VestibuleError(code, message, { traceId })
}
