/**
 * The login room: the flow from an application's authorization request to its answer, by way of an identity
 * provider or a password. Owns the order: begin → start → finish → answer, the binding to the browser, end users' pages
 * on the way, and the trace. Must not know XML, HTTP routes or the portal.
 */
import { isApplicationClientId } from '../base/client-id.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import {
  allowsRedirect,
  clientChecks,
  explainAuthorizeCause,
  requestChecks,
} from '../oauth/authorize-checks.ts'
import { type AuthorizeRequest, parseAuthorizeRequest } from '../oauth/authorize-request.ts'
import { readSessionCookie } from '../sessions/session-cookie.ts'
import { findApplicationByClientId } from '../store/applications.ts'
import { type ConnectionRecord, findConnections } from '../store/connections.ts'
import type { Origin } from '../traces/record-trace.ts'
import {
  type Attempt,
  answerRefusal,
  type LoginOutcome,
  runChecks,
  type Site,
  toClientOptions,
  traceRefusal,
} from './attempt.ts'
import { beginApplicationLogin } from './begin-application-login.ts'
import { applicationParty } from './party.ts'
import { readPushedParameters } from './push-authorization.ts'
import { readRememberedConnections } from './remembered-connections.ts'
import { startLogin } from './start-login.ts'

export type BeginInput = {
  parameters: URLSearchParams
  /** Whether they came as a form: then from another site, most likely, and without the cookie of our session. */
  posted?: boolean
  cookies: ReadonlyMap<string, string>
  origin: Origin
}

/**
 * Takes an authorization request (RFC 6749 §4.1.1). Until the client and its redirect URL are verified an error is
 * thrown, for a page; after that it is an answer to the client. Every refusal leaves a trace.
 */
export async function beginLogin(house: House, site: Site, input: BeginInput): Promise<LoginOutcome> {
  if (mustComeByLink(house, input))
    return { kind: 'redirect', url: `/api/oauth/authorize?${input.parameters}`, cookies: [] }
  const attempt = await verifyClient(house, site, input)
  const refused = runChecks(requestChecks, attempt)
  if (refused) return answerRefusal(attempt, refused)
  const { application } = attempt
  if (application)
    return beginApplicationLogin({ ...attempt, party: applicationParty(application) }, input.cookies)
  return beginConnectionLogin(attempt, input)
}

/** What still fits into an address, in characters. */
const longestLink = 8000

/**
 * A request posted by another site (OpenID Connect Core §3.1.2.1) comes without the cookie of our session, which is
 * `SameSite=Lax`: it is sent round once as a link, with which the cookie comes along.
 */
function mustComeByLink(house: House, { posted, parameters, cookies }: BeginInput): boolean {
  const isApplication = isApplicationClientId(parameters.get('client_id') ?? '')
  const isSignedIn = readSessionCookie(house.config.secure, cookies) !== null
  return Boolean(posted) && isApplication && !isSignedIn && parameters.toString().length <= longestLink
}

/** A connection addressed the Polis way always goes to the identity provider. */
async function beginConnectionLogin(attempt: Attempt, input: BeginInput): Promise<LoginOutcome> {
  const { house, site, request, connections } = attempt
  const usable = connections.filter(
    ({ active, clientId }) => active && (!request.idpHint || clientId === request.idpHint),
  )
  const remembered = findRemembered(house, input, request, usable)
  if (usable.length > 1 && !remembered)
    return { kind: 'redirect', url: `/idp/select?${input.parameters}`, cookies: [] }
  const { cookies, origin } = input
  const application = null
  return startLogin(house, site, {
    connection: remembered ?? usable[0]!,
    purpose: 'sign-in',
    authorize: request,
    application,
    cookies,
    origin,
  })
}

/** The connection among these that last worked in this browser, unless the person is to choose anew. */
function findRemembered(
  house: House,
  { cookies }: BeginInput,
  { prompt }: AuthorizeRequest,
  usable: ConnectionRecord[],
): ConnectionRecord | undefined {
  if (prompt.includes('select_account')) return undefined
  const known = readRememberedConnections(house.config.secure, cookies)
  return usable.find(({ clientId }) => known.includes(clientId))
}

/** The connections among which a person chooses on `/idp/select`. Throws like `beginLogin`. */
export async function findChoices(house: House, site: Site, input: BeginInput): Promise<ConnectionRecord[]> {
  const { connections } = await verifyClient(house, site, input)
  return connections.filter(({ active }) => active)
}

/** Up to here an error is a page: nothing is sent to a redirect URL that nobody registered (RFC 6749 §4.1.2.1). */
async function verifyClient(house: House, site: Site, input: BeginInput): Promise<Attempt> {
  const attempt = await readAttempt(house, site, input)
  const refusal = runChecks(clientChecks, attempt)
  if (refusal) {
    const sentence = explainAuthorizeCause(refusal.cause, refusal)
    throw new VestibuleError(refusal.code, sentence, {
      traceId: await traceRefusal(attempt, refusal, sentence),
    })
  }
  const connections = attempt.connections.filter((one) =>
    allowsRedirect(toClientOptions(one), attempt.request.redirectUri),
  )
  return { ...attempt, connections }
}

async function readAttempt(house: House, site: Site, { parameters, origin }: BeginInput): Promise<Attempt> {
  const pushed = await readPushedParameters(house, site, parameters)
  const request = parseAuthorizeRequest(pushed ?? parameters, pushed !== null)
  const { application, connections } = await findClients(house, site, request)
  return { house, site, origin, request, application, connections, passed: [] }
}

/** At most this many connections of one tenant and product are considered. */
const candidateLimit = 50

export async function findClients(
  house: House,
  site: Site,
  { client }: AuthorizeRequest,
): Promise<Pick<Attempt, 'application' | 'connections'>> {
  const nobody = { application: null, connections: [] }
  if (!client || Object.values(client).some(isUnusable)) return nobody
  if (client.kind === 'application')
    return { ...nobody, application: await findApplicationByClientId(house.db, site.id, client.clientId) }
  const filter =
    client.kind === 'tenant'
      ? { tenants: [client.tenant], product: client.product }
      : { clientId: client.clientId }
  const options = { sorted: true, limit: candidateLimit }
  return { ...nobody, connections: await findConnections(house.db, site.id, filter, options) }
}

function isUnusable(text: string | null | undefined): boolean {
  return typeof text === 'string' && (text.length > 1024 || text.includes('\u0000') || !text.isWellFormed())
}
