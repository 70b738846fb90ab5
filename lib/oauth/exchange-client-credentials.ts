import { secondsAfter } from '../base/clock.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import { insertGrantWithToken, type NewGrant } from '../store/grants.ts'
import type { TokenCall, TokenCaller } from './exchange-token.ts'
import { applicationTokenSeconds, mintTokens, type TokenAnswer } from './issue-tokens.ts'

/**
 * A token for the application itself (RFC 6749 §4.4): nobody signed in, so it carries no scope about a person.
 * Throws `invalid_client`, `unauthorized_client`, `invalid_scope`, `invalid_target`.
 */
export async function exchangeClientCredentials(
  { house, site, request }: TokenCall,
  { application, dpopJkt }: TokenCaller,
): Promise<TokenAnswer> {
  if (!application) throw new VestibuleError('invalid_client', 'This takes the client_id of an application.')
  if (application.type !== 'confidential')
    throw new VestibuleError('unauthorized_client', 'Only a confidential application can ask for itself.')
  if (request.scope) throw new VestibuleError('invalid_scope', 'There are no scopes without a person.')
  const now = house.clock.now()
  const grant: NewGrant = {
    id: mintId('grt', now, house.random),
    organizationId: site.id,
    connectionId: null,
    applicationId: application.id,
    sessionId: null,
    userId: null,
    traceId: '',
    codeHash: null,
    codeExpiresAt: null,
    clientId: application.clientId,
    redirectUri: '',
    codeChallenge: null,
    nonce: null,
    scope: '',
    resources: [],
    claims: null,
    subject: application.clientId,
    profile: { id: application.clientId },
    requested: { product: application.product, client_id: application.clientId },
    amr: [],
    acr: null,
    dpopJkt,
    authenticatedAt: now,
    sessionNotOnOrAfterAt: null,
    expiresAt: secondsAfter(now, applicationTokenSeconds),
  }
  const { answer, stored } = await mintTokens(house, {
    site,
    grant: { ...grant, tenant: '' },
    application,
    scope: '',
    resources: request.resources,
    dpopJkt,
    offline: false,
    withIdToken: false,
    now,
  })
  await insertGrantWithToken(house.db, grant, stored.access, now)
  return answer
}
