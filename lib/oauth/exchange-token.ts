import { isApplicationClientId } from '../base/client-id.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import type { ApplicationWithSecrets } from '../store/applications.ts'
import type { Origin } from '../traces/record-trace.ts'
import { authenticateApplication } from './authenticate-application.ts'
import { verifyDpopProof } from './dpop.ts'
import { exchangeClientCredentials } from './exchange-client-credentials.ts'
import { exchangeCode } from './exchange-code.ts'
import { exchangeRefreshToken } from './exchange-refresh-token.ts'
import type { TokenAnswer } from './issue-tokens.ts'
import type { TokenRequest } from './token-request.ts'

/** A request at the token endpoint. */
export type TokenCall = {
  house: House
  site: { id: string; issuer: string }
  request: TokenRequest
  /** The `DPoP` header. */
  proof: string | null
  origin: Origin
}

/** Who is calling, once it has proven it. `application` is null where a connection is the client. */
export type TokenCaller = {
  application: ApplicationWithSecrets | null
  /** The key the tokens shall be bound to (RFC 9449 §5). */
  dpopJkt: string | null
}

export const grantTypes = ['authorization_code', 'refresh_token', 'client_credentials'] as const
type GrantType = (typeof grantTypes)[number]

/** Every grant type. Total: one without an entry does not compile. */
const exchanges: Record<GrantType, (call: TokenCall, caller: TokenCaller) => Promise<TokenAnswer>> = {
  authorization_code: exchangeCode,
  refresh_token: exchangeRefreshToken,
  client_credentials: exchangeClientCredentials,
}

/**
 * Answers a token request (RFC 6749 §3.2). Throws `unsupported_grant_type`, `invalid_request`, `invalid_client`,
 * `invalid_grant`, `invalid_scope`, `invalid_target`, `invalid_dpop_proof`, `unauthorized_client`.
 */
export async function exchangeToken(call: TokenCall): Promise<TokenAnswer> {
  const { grantType, clientId } = call.request
  if (!grantType) throw new VestibuleError('invalid_request', 'grant_type is missing.')
  if (!isGrantType(grantType)) {
    throw new VestibuleError('unsupported_grant_type', `Supported are ${grantTypes.join(', ')}.`)
  }
  const caller = isApplicationClientId(clientId)
    ? await identifyApplication(call)
    : { application: null, dpopJkt: null }
  return exchanges[grantType](call, caller)
}

function isGrantType(text: string): text is GrantType {
  return (grantTypes as readonly string[]).includes(text)
}

async function identifyApplication({ house, site, request, proof }: TokenCall): Promise<TokenCaller> {
  const application = await authenticateApplication(house, site, request)
  if (proof) {
    const url = `${site.issuer}/api/oauth/token`
    return { application, dpopJkt: await verifyDpopProof(house, { proof, method: 'POST', url }) }
  }
  if (!application.requireDpop) return { application, dpopJkt: null }
  throw new VestibuleError(
    'invalid_dpop_proof',
    'This client must send a DPoP proof with its token requests.',
  )
}
