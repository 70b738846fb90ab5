import type { Check } from '../base/check.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import { answerAuthorization } from '../oauth/authorization-answer.ts'
import {
  type AuthorizeCheck,
  allowsRedirect,
  type CheckResult,
  type ClientOptions,
  explainAuthorizeCause,
} from '../oauth/authorize-checks.ts'
import type { AuthorizeRequest } from '../oauth/authorize-request.ts'
import type { ApplicationRecord } from '../store/applications.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import { type Origin, recordTrace } from '../traces/record-trace.ts'

export type Site = { id: string; name: string; issuer: string; logo?: string | null }

/**
 * Where the browser goes next, or the page it is shown, with the cookies to set. `onward` is where the forms of the page
 * lead in the end, an application's own scheme perhaps.
 */
export type LoginOutcome =
  | { kind: 'redirect'; url: string; cookies: string[] }
  | { kind: 'post'; url: string; fields: Record<string, string>; cookies: string[] }
  | { kind: 'page'; status: number; html: string; cookies: string[]; onward?: string }

/** One authorization request on its way through the checks. */
export type Attempt = {
  house: House
  site: Site
  origin: Origin
  request: AuthorizeRequest
  /** The application that asks; null where connections are clients of their own. */
  application: ApplicationRecord | null
  /** Connections the request may mean, when they are the clients. */
  connections: ConnectionRecord[]
  passed: Check[]
}

/** What the checks look at: every connection that is meant, or the application. */
export function clientsOf({ application, connections }: Attempt): ClientOptions[] {
  return application ? [applicationOptions(application)] : connections.map(toClientOptions)
}

function applicationOptions(application: ApplicationRecord): ClientOptions {
  const { clientId, redirectUrls, requirePkce, requirePar, type } = application
  const anyLoopbackPort = type === 'native'
  return {
    kind: 'application',
    clientId,
    redirectUrls,
    anyLoopbackPort,
    active: true,
    requirePkce,
    requirePar,
  }
}

/** While somebody was on the way, the redirect URL may have been taken away. Throws `invalid_request`, for a page. */
export function checkStillRegistered(
  application: ApplicationRecord,
  { redirectUri }: Pick<AuthorizeRequest, 'redirectUri'>,
): void {
  if (allowsRedirect(applicationOptions(application), redirectUri)) return
  throw new VestibuleError(
    'invalid_request',
    'The application no longer receives sign-ins at the address it gave. Start again from the application.',
  )
}

/** A connection as its own client; its default redirect URL is registered too. */
export function toClientOptions(connection: ConnectionRecord): ClientOptions {
  const { clientId, active, defaultRedirectUrl, redirectUrls } = connection
  return {
    kind: 'connection',
    clientId,
    redirectUrls: [defaultRedirectUrl, ...redirectUrls],
    anyLoopbackPort: false,
    active,
    requirePkce: false,
    requirePar: false,
  }
}

export type Refusal = NonNullable<CheckResult> & { name: string }

/** Runs the checks in order; the first that fails is returned, those that passed are noted. */
export function runChecks(checks: readonly AuthorizeCheck[], attempt: Attempt): Refusal | null {
  const clients = clientsOf(attempt)
  for (const check of checks) {
    const failed = check.run(attempt.request, clients)
    if (failed) return { ...failed, name: check.name }
    attempt.passed.push({ name: check.name, ok: true })
  }
  return null
}

/** Tells the client at its redirect URL, which has been verified. */
export async function answerRefusal(attempt: Attempt, refusal: Refusal): Promise<LoginOutcome> {
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

export async function traceRefusal(attempt: Attempt, refusal: Refusal, sentence: string): Promise<string> {
  const { house, site, request, application, connections, passed, origin } = attempt
  const id = mintId('trc', house.clock.now(), house.random)
  const [connection] = connections
  const named = request.client?.kind === 'clientId' ? null : request.client
  const { name, expected, received } = refusal
  await recordTrace(house, {
    id,
    organizationId: site.id,
    tenant: connection?.tenant ?? named?.tenant ?? '',
    product: application?.product ?? connection?.product ?? (named?.kind === 'tenant' ? named.product : ''),
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
