/**
 * The login room: the flow from an application's authorization request to its answer, by way of an identity
 * provider. Owns the order: begin → start → finish → answer, the binding to the browser, and the trace.
 * Must not know XML, HTTP routes or pages.
 */
import type { Check } from '../base/check.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import { answerAuthorization } from '../oauth/authorization-answer.ts'
import {
  type AuthorizeCheck,
  allowsRedirect,
  type CheckResult,
  clientChecks,
  explainAuthorizeCause,
  requestChecks,
} from '../oauth/authorize-checks.ts'
import { type AuthorizeRequest, parseAuthorizeRequest } from '../oauth/authorize-request.ts'
import { type ConnectionRecord, findConnections } from '../store/connections.ts'
import { type Origin, recordTrace } from '../traces/record-trace.ts'
import { startLogin } from './start-login.ts'

export type Site = { id: string; name: string; issuer: string }

/** Where the browser goes next, with the cookies to set. */
export type LoginOutcome =
  | { kind: 'redirect'; url: string; cookies: string[] }
  | { kind: 'post'; url: string; fields: Record<string, string>; cookies: string[] }

export type BeginInput = {
  parameters: URLSearchParams
  cookies: ReadonlyMap<string, string>
  origin: Origin
}

/** One authorization request on its way through the checks. */
type Attempt = {
  house: House
  site: Site
  origin: Origin
  request: AuthorizeRequest
  /** Connections the request may mean; after `verifyClient` those that may be answered at its redirect URL. */
  connections: ConnectionRecord[]
  passed: Check[]
}

/**
 * Takes an authorization request (RFC 6749 §4.1.1). Until the client and its redirect URL are verified an error is
 * thrown, for a page; after that it is an answer to the client. Every refusal leaves a trace.
 */
export async function beginLogin(house: House, site: Site, input: BeginInput): Promise<LoginOutcome> {
  const attempt = await verifyClient(house, site, input)
  const { request, connections } = attempt
  const refused = runChecks(requestChecks, attempt)
  if (refused) return answerRefusal(attempt, refused)
  const usable = connections.filter(
    ({ active, clientId }) => active && (!request.idpHint || clientId === request.idpHint),
  )
  if (usable.length > 1) return { kind: 'redirect', url: `/idp/select?${input.parameters}`, cookies: [] }
  return startLogin(house, site, { connection: usable[0]!, authorize: request, purpose: 'sign-in', ...input })
}

/** The connections among which a person chooses on `/idp/select`. Throws like `beginLogin`. */
export async function findChoices(house: House, site: Site, input: BeginInput): Promise<ConnectionRecord[]> {
  const { connections } = await verifyClient(house, site, input)
  return connections.filter(({ active }) => active)
}

/** Up to here an error is a page: nothing is sent to a redirect URL that nobody registered (RFC 6749 §4.1.2.1). */
async function verifyClient(house: House, site: Site, input: BeginInput): Promise<Attempt> {
  const request = parseAuthorizeRequest(input.parameters)
  const connections = await findCandidates(house, site, request)
  const attempt: Attempt = { house, site, origin: input.origin, request, connections, passed: [] }
  const refusal = runChecks(clientChecks, attempt)
  if (refusal) {
    const sentence = explainAuthorizeCause(refusal.cause, refusal)
    throw new VestibuleError(refusal.code, sentence, {
      traceId: await traceRefusal(attempt, refusal, sentence),
    })
  }
  return { ...attempt, connections: connections.filter((one) => allowsRedirect(one, request.redirectUri)) }
}

/** At most this many connections of one tenant and product are considered. */
const candidateLimit = 50

async function findCandidates(
  house: House,
  site: Site,
  { client }: AuthorizeRequest,
): Promise<ConnectionRecord[]> {
  if (!client || Object.values(client).some((text) => text.length > 1024 || text.includes('\u0000')))
    return []
  const filter =
    client.kind === 'tenant'
      ? { tenants: [client.tenant], product: client.product }
      : { clientId: client.clientId }
  return findConnections(house.db, site.id, filter, { sorted: true, limit: candidateLimit })
}

type Refusal = NonNullable<CheckResult> & { name: string }

/** Runs the checks in order; the first that fails is returned, those that passed are noted. */
function runChecks(checks: readonly AuthorizeCheck[], attempt: Attempt): Refusal | null {
  for (const check of checks) {
    const failed = check.run(attempt.request, attempt.connections)
    if (failed) return { ...failed, name: check.name }
    attempt.passed.push({ name: check.name, ok: true })
  }
  return null
}

async function answerRefusal(attempt: Attempt, refusal: Refusal): Promise<LoginOutcome> {
  const { request, site } = attempt
  const traceId = await traceRefusal(attempt, refusal, explainAuthorizeCause(refusal.cause, refusal))
  const { redirectUri, responseMode, state } = request
  const to = { redirectUri, responseMode, state, issuer: site.issuer }
  const description = describeForClient(refusal.cause.replaceAll('_', ' '), traceId)
  return { ...answerAuthorization(to, { error: refusal.code, error_description: description }), cookies: [] }
}

/** `error_description` of an answer: short, ASCII, with the trace an admin can look up. */
export function describeForClient(reason: string, traceId: string): string {
  return `${reason} (trace ${traceId})`
}

async function traceRefusal(attempt: Attempt, refusal: Refusal, sentence: string): Promise<string> {
  const { house, site, request, connections, passed, origin } = attempt
  const id = mintId('trc', house.clock.now(), house.random)
  const [connection] = connections
  const named = request.client?.kind === 'tenant' ? request.client : null
  const { name, expected, received } = refusal
  await recordTrace(house, {
    id,
    organizationId: site.id,
    tenant: connection?.tenant ?? named?.tenant ?? '',
    product: connection?.product ?? named?.product ?? '',
    connection:
      connections.length === 1
        ? { id: connection!.id, name: connection!.name ?? connection!.upstreamId, kind: connection!.kind }
        : null,
    purpose: 'sign-in',
    outcome: 'failure',
    cause: refusal.cause,
    sentence,
    checks: [...passed, { name, ok: false, expected, received }],
    origin,
  })
  return id
}
