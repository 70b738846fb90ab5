/**
 * The single-logout room: SAML single logout in both directions (saml-profiles-2.0 §4.4). Owns the way from an
 * application's wish to the identity provider and back, what a request of the identity provider ends here, and the
 * trace of both. Must not know XML, HTTP routes, nor how people sign in.
 */
import { isAllowedRedirectUrl } from '../base/redirect-url.ts'
import { hasSingleLogout, type LogoutSending } from '../connections/saml/saml-logout.ts'
import type { House } from '../house.ts'
import { findSession } from '../sessions/find-session.ts'
import { clearSessionCookie } from '../sessions/session-cookie.ts'
import { type ConnectionRecord, findConnections } from '../store/connections.ts'
import { endSessions, findUpstreamSessions, type UpstreamSessionRow } from '../store/sessions.ts'
import type { Origin } from '../traces/record-trace.ts'
import { nameOf, recordSignOut, refuse } from './record-sign-out.ts'
import { startUpstreamLogout } from './start-upstream-logout.ts'

export type Site = { id: string; name: string; issuer: string }

/** What the browser is shown, or where it goes next, with the cookies to set. */
export type SingleLogoutOutcome = { cookies: string[] } & (
  | LogoutSending
  | { kind: 'signed-out' }
  /** Signed out here, and not at the identity provider; the trace says why. */
  | { kind: 'incomplete'; redirectUrl: string | null; traceId: string }
)

export type BeginLogoutInput = {
  parameters: URLSearchParams
  cookies: ReadonlyMap<string, string>
  origin: Origin
}

/** At most this many connections of one tenant and product, and sessions of one person there, are considered. */
const candidateLimit = 50
const sessionLimit = 20

/**
 * Signs a person out the Polis way: `nameId` (the `id` of userinfo, or the NameID itself), `tenant`, `product`, and
 * `redirectUrl`, which must be registered with the connection. Throws `invalid_request`, for a page, until that holds.
 *
 * What this browser's own session cookie names ends at once. Anything else ends when the identity provider has confirmed
 * the logout: whoever knows somebody's name could otherwise sign them out.
 */
export async function beginLogout(
  house: House,
  site: Site,
  input: BeginLogoutInput,
): Promise<SingleLogoutOutcome> {
  const { nameId, redirectUrl, connections } = await checkInput(house, site, input)
  const ids = connections.map(({ id }) => id)
  const sessions = await findUpstreamSessions(house.db, site.id, ids, nameId, sessionLimit)
  const own = await endOwnSession(house, site, sessions, input.cookies)
  const cookies = own ? [clearSessionCookie(house.config.secure)] : []
  const connection = chooseConnection(connections, own ?? sessions[0])
  if (connection && hasSingleLogout(connection)) {
    const there = sessions.filter(({ connectionId }) => connectionId === connection.id)
    // Without a cookie nothing tells which of the person's sessions is in this browser: then all of them are meant.
    const meant = own ? there.filter((one) => indexOf(one) === indexOf(own)) : there
    const person = { nameId, sessions: meant }
    const sending = await startUpstreamLogout(house, site, { connection, person, redirectUrl, ...input })
    return { ...sending, cookies }
  }
  await recordSignOut(house, site, input.origin, {
    connection: connection ?? connections[0]!,
    subject: nameId,
    outcome: 'success',
    sentence: connection
      ? `${nameId} was signed out here. The metadata of ${nameOf(connection)} names no address for single logout, so the person may still be signed in there.`
      : `${nameId} was signed out here. Nothing tells which of the connections of this tenant and product the person came through, so no identity provider was asked.`,
    checks: [{ name: 'Session of this browser', ok: true, received: own ? 'ended' : 'none' }],
  })
  return redirectUrl === null
    ? { kind: 'signed-out', cookies }
    : { kind: 'redirect', url: redirectUrl, cookies }
}

type CheckedInput = { nameId: string; redirectUrl: string | null; connections: ConnectionRecord[] }

/** The connections that may be meant; those alone at which the redirect URL is registered. */
async function checkInput(house: House, site: Site, input: BeginLogoutInput): Promise<CheckedInput> {
  const { parameters, origin } = input
  const [nameId, tenant, product] = ['nameId', 'tenant', 'product'].map((name) => read(parameters, name))
  const redirectUrl = read(parameters, 'redirectUrl')
  const stop = (cause: Parameters<typeof refuse>[3]['cause'], received?: string) =>
    refuse(house, site, origin, { cause, tenant, product, received })
  if (!nameId || !tenant || !product || redirectUrl === undefined) return stop('logout_parameters')
  const found = await findConnections(
    house.db,
    site.id,
    { tenants: [tenant], product },
    { sorted: true, limit: candidateLimit },
  )
  if (found.length === 0) return stop('logout_connection_unknown', `${tenant}, ${product}`)
  const connections = found.filter(
    (one) =>
      redirectUrl === '' || isAllowedRedirectUrl(redirectUrl, [one.defaultRedirectUrl, ...one.redirectUrls]),
  )
  if (connections.length === 0) return stop('logout_redirect_not_registered', redirectUrl)
  return { nameId, redirectUrl: redirectUrl || null, connections }
}

/** A parameter that came once, or not at all: then it is empty. Undefined when it came twice or cannot be stored. */
function read(parameters: URLSearchParams, name: string): string | undefined {
  const [value = '', ...others] = parameters.getAll(name)
  const storable = value.length <= 2048 && !value.includes('\u0000') && value.isWellFormed()
  return others.length === 0 && storable ? value : undefined
}

/** The session whose cookie this browser holds, if it is one of these, after it has ended. */
async function endOwnSession(
  house: House,
  site: Site,
  sessions: UpstreamSessionRow[],
  cookies: ReadonlyMap<string, string>,
): Promise<UpstreamSessionRow | undefined> {
  const held = await findSession(house, site, cookies)
  const own = sessions.find(({ id }) => id === held?.id)
  if (own) await endSessions(house.db, site.id, { ids: [own.id] }, house.clock.now(), { keepOffline: true })
  return own
}

/** The one the person's session came through; without a session the only one there is, never a guess. */
function chooseConnection(
  connections: ConnectionRecord[],
  session: UpstreamSessionRow | undefined,
): ConnectionRecord | undefined {
  if (session) return connections.find(({ id }) => id === session.connectionId)
  return connections.length === 1 ? connections[0] : undefined
}

const indexOf = ({ details }: UpstreamSessionRow) => details.sessionIndex
