import type { ConnectionKind } from '../connections/contract.ts'
import { connectionTypes } from '../connections/registry.ts'
import type { House } from '../house.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import type { LoginOutcome, Site } from './attempt.ts'
import { browserHashOf } from './browser-binding.ts'
import { concludeAccepted } from './conclude-login.ts'
import { concludeRefused, refusalOf } from './conclude-refused.ts'
import { finishUnsolicited } from './finish-unsolicited.ts'
import type { LoginCause } from './login-causes.ts'
import { staleSignIn } from './stale-sign-in.ts'
import { type FinishLoginInput, type TakenLogin, takeLogin } from './take-login.ts'
import { isTestIdpOfLiveTenant } from './test-idp-of-live-tenant.ts'

/**
 * Takes the identity provider's answer: uses up the stored login of this browser, has its connection judge the
 * answer, and answers the application. Without a stored login only a connection that allows sign-ins nobody asked for
 * can take it; otherwise it throws, for a page. Every refusal leaves a trace.
 */
export async function finishLogin(house: House, site: Site, input: FinishLoginInput): Promise<LoginOutcome> {
  if (mustComeAgain(house, input))
    return { kind: 'post', url: input.url, fields: onwardFields(input), cookies: [] }
  const taken = await takeLogin(house, site, input)
  if (!taken) return finishUnsolicited(house, site, input)
  const { connection, upstreamRequestId, upstreamState } = taken
  const blocked = blockedCause(taken, input.clientId)
  if (blocked) return concludeRefused(taken, refusalOf(blocked, connection))
  const outcome = await connectionTypes[connection.kind as ConnectionKind].finish(house, {
    connection,
    issuer: site.issuer,
    upstreamRequestId,
    upstreamState,
    parameters: input.parameters,
  })
  if (!outcome.ok) return concludeRefused(taken, outcome)
  const stale = staleSignIn(taken, outcome)
  return stale ? concludeRefused(taken, stale) : concludeAccepted(taken, outcome)
}

/** What has changed since the login began, or does not fit the address it came back to. */
function blockedCause({ connection, pending, site }: TakenLogin, clientId: string | null): LoginCause | null {
  if (!connection.active && pending.purpose !== 'test') return 'login_connection_deactivated'
  if (!isRightAddress(connection, clientId)) return 'login_wrong_address'
  return isTestIdpOfLiveTenant(site, connection) ? 'login_test_idp_for_live_tenant' : null
}

/** The address of another connection is never right: what came there was meant for that one. */
function isRightAddress(connection: ConnectionRecord, clientId: string | null): boolean {
  if (clientId !== null) return clientId === connection.clientId
  return connectionTypes[connection.kind as ConnectionKind].answersAtSharedAddress(connection)
}

/** Set on the form with which a browser posts an answer a second time, from our own site. */
const againMarker = 'again'

/**
 * Without https the cookie that binds a login to its browser cannot be sent along from another site (`SameSite=None`
 * needs `Secure`). So a post that comes across sites without it is answered with a page that posts the same form from
 * our own site, once; then the cookie comes along, if this is the browser that began.
 */
function mustComeAgain(house: House, input: FinishLoginInput): boolean {
  if (house.config.secure || !input.crossSite || input.parameters.has(againMarker)) return false
  return browserHashOf(house.config.secure, input.cookies) === null
}

function onwardFields({ parameters }: FinishLoginInput): Record<string, string> {
  return { ...Object.fromEntries(parameters), [againMarker]: '1' }
}
