import type { Check } from '../base/check.ts'
import { VestibuleError } from '../base/errors.ts'
import { providerName } from '../connections/provider-name.ts'
import type { House } from '../house.ts'
import type { SamlCause } from '../saml/causes.ts'
import { explainLogoutCause } from '../saml/logout-causes.ts'
import type { LogoutDelivery } from '../saml/verify-logout.ts'
import { decodeForTrace } from '../saml/verify-logout.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import type { Origin } from '../traces/record-trace.ts'
import type { Site } from './begin-logout.ts'
import { recordSignOut, refusalTitle } from './record-sign-out.ts'

type Refused = { cause: SamlCause; checks: Check[] }

/** Leaves the trace of a message that was refused; returns its id. The last of `checks` is the one that failed. */
export function recordRefusal(
  house: House,
  site: Site,
  { delivery, origin }: { delivery: LogoutDelivery; origin: Origin },
  connection: ConnectionRecord | null,
  { cause, checks }: Refused,
  subject: string | null = null,
): Promise<string> {
  const idp = connection ? providerName(connection.upstreamId) : 'An identity provider'
  const { expected, received } = checks.at(-1) ?? {}
  return recordSignOut(house, site, origin, {
    connection,
    subject,
    outcome: 'failure',
    cause,
    sentence: explainLogoutCause(cause, { idp, expected, received }),
    checks,
    received: decodeForTrace(delivery),
  })
}

/** The same, and the end of it: nothing is answered to whom we do not know. Throws `invalid_request`, for a page. */
export async function refuseMessage(
  house: House,
  site: Site,
  input: { delivery: LogoutDelivery; origin: Origin },
  connection: ConnectionRecord | null,
  refused: Refused,
): Promise<never> {
  const traceId = await recordRefusal(house, site, input, connection, refused)
  throw new VestibuleError(
    'invalid_request',
    'The identity provider sent a sign-out that was not accepted. You may still be signed in.',
    { traceId, title: refusalTitle },
  )
}
