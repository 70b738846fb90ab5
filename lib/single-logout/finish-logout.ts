import { sha256 } from '../base/encoding.ts'
import { providerName } from '../connections/provider-name.ts'
import { judgeLogoutResponse } from '../connections/saml/saml-logout.ts'
import type { House } from '../house.ts'
import { consumeLogoutRequest } from '../store/logout-requests.ts'
import { endSessions } from '../store/sessions.ts'
import type { SingleLogoutOutcome, Site } from './begin-logout.ts'
import { recordSignOut, refuse } from './record-sign-out.ts'
import { recordRefusal } from './refuse-message.ts'
import type { PendingLogout } from './start-upstream-logout.ts'
import type { LogoutMessageInput } from './take-logout-message.ts'

/**
 * Takes the identity provider's answer to a logout that began here: uses up what was stored of it, ends the sessions it
 * was for, and sends the browser on. What the identity provider did not do is said on a page.
 */
export async function finishLogout(
  house: House,
  site: Site,
  input: LogoutMessageInput & { relayState: string },
): Promise<SingleLogoutOutcome> {
  const { delivery, clientId, relayState, origin } = input
  const now = house.clock.now()
  const stored = await consumeLogoutRequest(house.db, site.id, sha256(relayState), now)
  if (!stored) return refuse(house, site, origin, { cause: 'logout_unknown' })
  const { connection, upstreamRequestId, redirectUrl } = stored
  const { nameId, sessionIds } = stored.request as PendingLogout
  if (clientId !== null && clientId !== connection.clientId)
    return refuse(house, site, origin, { cause: 'logout_wrong_address', connection })
  const party = { connection, issuer: site.issuer }
  const verdict = await judgeLogoutResponse(house, party, delivery, upstreamRequestId)
  if (!verdict.ok) {
    const traceId = await recordRefusal(house, site, input, connection, verdict, nameId)
    return { kind: 'incomplete', redirectUrl, traceId, cookies: [] }
  }
  const ended = await endSessions(house.db, site.id, { ids: sessionIds }, now, { keepOffline: true })
  const idp = providerName(connection.upstreamId)
  await recordSignOut(house, site, origin, {
    connection,
    subject: nameId,
    outcome: 'success',
    sentence:
      verdict.verified.status === 'Success'
        ? `${nameId} was signed out, here and at ${idp}.`
        : `${nameId} was signed out, here and at ${idp}. ${idp} could not reach every other application the person was signed in to.`,
    checks: [
      ...verdict.checks,
      { name: 'Sessions of the person', ok: true, received: `${ended.length} ended` },
    ],
  })
  return redirectUrl === null
    ? { kind: 'signed-out', cookies: [] }
    : { kind: 'redirect', url: redirectUrl, cookies: [] }
}
