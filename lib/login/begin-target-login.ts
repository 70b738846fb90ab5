import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { readReturnAddress } from '../jwt-sso-targets/return-address.ts'
import { type AuthorizeRequest, parseAuthorizeRequest } from '../oauth/authorize-request.ts'
import { findJwtSsoTarget, type JwtSsoTargetRecord } from '../store/jwt-sso-targets.ts'
import { recordTrace } from '../traces/record-trace.ts'
import type { LoginOutcome, Site } from './attempt.ts'
import { beginApplicationLogin } from './begin-application-login.ts'
import type { BeginInput } from './begin-login.ts'
import { targetParty } from './party.ts'
import { describeOutbound, refuseTarget } from './refuse-target.ts'
import { explainTargetCause } from './target-causes.ts'

/**
 * Takes somebody whom a product sent to the SSO URL of its target (JWT SSO): who is signed in already goes back at once,
 * with a token; everybody else signs in first, by the same pages and connections as for an application. Throws
 * `invalid_request` or `access_denied`, for a page: nobody is sent anywhere the target does not have. Every refusal
 * leaves a trace.
 */
export async function beginTargetLogin(
  house: House,
  site: Site,
  { clientId, parameters, cookies, origin }: BeginInput & { clientId: string },
): Promise<LoginOutcome> {
  const target = await findJwtSsoTarget(house.db, site.id, clientId)
  if (!target || target.clientId !== clientId) return refuseUnknown(house, site, clientId, origin)
  const back = readReturnAddress(target.baseUrl, parameters)
  if (!back.ok) {
    const received = parameters.get('return_to_path') ?? undefined
    return refuseTarget(house, site, { target, cause: back.cause, origin, received })
  }
  const attempt = {
    house,
    site,
    origin,
    request: requestOfTarget(target, back.address),
    application: null,
    party: targetParty(target),
    connections: [],
    passed: [{ name: 'The way back', ok: true, received: back.address.split('?')[0]! }],
  }
  return beginApplicationLogin(attempt, cookies)
}

/** What an application would have asked for: to sign in people of the target's tenant, who come back to `address`. */
function requestOfTarget({ clientId, tenantId }: JwtSsoTargetRecord, address: string): AuthorizeRequest {
  return {
    ...parseAuthorizeRequest(new URLSearchParams()),
    client: { kind: 'application', clientId, tenant: tenantId },
    clientId,
    redirectUri: address,
  }
}

async function refuseUnknown(
  house: House,
  site: Site,
  clientId: string,
  origin: BeginInput['origin'],
): Promise<never> {
  const { name, shown, sentence } = explainTargetCause('jwt_sso_target_unknown', { target: '', person: '' })
  const described = describeOutbound(house, site, { tenant: null, product: null }, origin)
  await recordTrace(house, {
    ...described,
    outcome: 'failure',
    cause: 'jwt_sso_target_unknown',
    sentence,
    checks: [{ name, ok: false, received: clientId }],
  })
  throw new VestibuleError('not_found', shown, { traceId: described.id })
}
