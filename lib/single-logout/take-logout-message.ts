import type { House } from '../house.ts'
import type { LogoutDelivery } from '../saml/verify-logout.ts'
import { readLogoutMessage } from '../saml/verify-logout.ts'
import type { Origin } from '../traces/record-trace.ts'
import type { SingleLogoutOutcome, Site } from './begin-logout.ts'
import { finishLogout } from './finish-logout.ts'
import { obeyLogoutRequest } from './obey-logout-request.ts'
import { refuseMessage } from './refuse-message.ts'

/** A logout message as the browser brought it. */
export type LogoutMessageInput = {
  delivery: LogoutDelivery
  /** The connection named in the address, when it was not the shared one. */
  clientId: string | null
  origin: Origin
}

/**
 * Takes what an identity provider sends to our logout address: its answer to a logout of ours, or a request of its own.
 * Throws `invalid_request`, for a page, when it is refused; every message leaves a trace.
 */
export async function takeLogoutMessage(
  house: House,
  site: Site,
  input: LogoutMessageInput,
): Promise<SingleLogoutOutcome> {
  const message = readLogoutMessage(input.delivery)
  if (!message.ok) return refuseMessage(house, site, input, null, message)
  return message.name === 'LogoutResponse'
    ? finishLogout(house, site, { ...input, relayState: message.relayState })
    : obeyLogoutRequest(house, site, { ...input, ...message })
}
