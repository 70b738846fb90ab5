import type { ConnectionKind } from '../connections/contract.ts'
import { connectionTypes } from '../connections/registry.ts'
import type { House } from '../house.ts'
import type { LoginOutcome, Site } from './begin-login.ts'
import { concludeAccepted, concludeRefused, refusalOf } from './conclude-login.ts'
import type { LoginCause } from './login-causes.ts'
import { type FinishLoginInput, type TakenLogin, takeLogin } from './take-login.ts'
import { isTestIdpOfLiveTenant } from './test-idp-of-live-tenant.ts'

/**
 * Takes the identity provider's answer: uses up the stored login of this browser, has its connection judge the
 * answer, and answers the application. Without a stored login it throws, for a page; every refusal leaves a trace.
 */
export async function finishLogin(house: House, site: Site, input: FinishLoginInput): Promise<LoginOutcome> {
  const taken = await takeLogin(house, site, input)
  const { connection, upstreamRequestId } = taken
  const blocked = blockedCause(taken, input.clientId)
  if (blocked) return concludeRefused(taken, refusalOf(blocked, connection))
  const outcome = await connectionTypes[connection.kind as ConnectionKind].finish(house, {
    connection,
    issuer: site.issuer,
    upstreamRequestId,
    parameters: input.parameters,
  })
  return outcome.ok ? concludeAccepted(taken, outcome) : concludeRefused(taken, outcome)
}

/** What has changed since the login began, or does not fit the address it came back to. */
function blockedCause({ connection, pending, site }: TakenLogin, clientId: string | null): LoginCause | null {
  if (!connection.active && pending.purpose !== 'test') return 'login_connection_deactivated'
  if (clientId !== null && clientId !== connection.clientId) return 'login_wrong_address'
  return isTestIdpOfLiveTenant(site, connection) ? 'login_test_idp_for_live_tenant' : null
}
