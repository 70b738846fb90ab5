import { VestibuleError } from '../base/errors.ts'
import { isAllowedRedirectUrl } from '../base/redirect-url.ts'
import type { House } from '../house.ts'
import { readClientReference } from '../oauth/client-reference.ts'
import type { IdTokenHint } from '../oauth/id-token-hint.ts'
import { findApplicationByClientId } from '../store/applications.ts'
import { type ConnectionRecord, findConnections } from '../store/connections.ts'
import { findSessionById } from '../store/sessions.ts'
import type { LogoutRequest } from './logout-request.ts'

/**
 * Whether a person may be sent on after the logout: the address must be registered with the client that asks, which is
 * the one the ID token was issued to, or the one `client_id` names (RP-Initiated Logout 1.0 §2 and §3). An application
 * has addresses of its own for it, compared character by character; a connection that is its own client has its redirect
 * URLs. Returns which of the two asks, null when nobody says so. Throws `logout_refused`.
 */
export async function checkLogoutClient(
  house: Pick<House, 'db'>,
  organizationId: string,
  request: LogoutRequest,
  hint: IdTokenHint | null,
): Promise<LogoutClient['kind'] | null> {
  const { clientId, postLogoutRedirectUri } = request
  if (hint && clientId !== null && clientId !== hint.clientId)
    throw refuse('The ID token the application sent was issued to another application.')
  const asking = hint?.clientId ?? clientId
  if (asking === null) {
    if (postLogoutRedirectUri === null) return null
    throw refuse(
      'The application wants you back after the logout without saying who it is. It must send id_token_hint or client_id.',
    )
  }
  const client = await findClient(house, organizationId, asking, hint?.sessionId ?? null)
  if (!client) throw refuse('The application that asks is not known here.')
  if (postLogoutRedirectUri !== null && !client.allows(postLogoutRedirectUri))
    throw refuse(
      'The application wants you back at an address that is not registered with it. Its operator has to add the address to the post-logout redirect URLs.',
    )
  return client.kind
}

type LogoutClient = { kind: 'application' | 'connection'; allows(url: string): boolean }

/** Null when there is no such client. */
async function findClient(
  house: Pick<House, 'db'>,
  organizationId: string,
  clientId: string,
  sessionId: string | null,
): Promise<LogoutClient | null> {
  const application = await findApplicationByClientId(house.db, organizationId, clientId)
  if (application)
    return { kind: 'application', allows: (url) => application.postLogoutRedirectUrls.includes(url) }
  const connections = await findAskingConnections(house, organizationId, clientId, sessionId)
  if (connections.length === 0) return null
  const registered = connections.map((one) => [one.defaultRedirectUrl, ...one.redirectUrls])
  return { kind: 'connection', allows: (url) => registered.some((urls) => isAllowedRedirectUrl(url, urls)) }
}

/** By clientID, by the tenant and product `client_id` names, or else by the session the ID token came from. */
async function findAskingConnections(
  house: Pick<House, 'db'>,
  organizationId: string,
  clientId: string,
  sessionId: string | null,
): Promise<ConnectionRecord[]> {
  const reference = readClientReference(new URLSearchParams({ client_id: clientId }))
  if (reference?.kind === 'tenant') {
    const { tenant, product } = reference
    return findConnections(house.db, organizationId, { tenants: [tenant], product })
  }
  const named = await findConnections(house.db, organizationId, { clientId })
  if (named.length > 0 || sessionId === null) return named
  const session = await findSessionById(house.db, organizationId, sessionId)
  if (!session?.connectionId) return []
  return findConnections(house.db, organizationId, { id: session.connectionId })
}

function refuse(sentence: string): VestibuleError {
  return new VestibuleError('logout_refused', sentence)
}
