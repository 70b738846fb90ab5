import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId, mintToken } from '../base/ids.ts'
import type { FinishOutcome } from '../connections/contract.ts'
import { answerAuthorization } from '../oauth/authorization-answer.ts'
import type { AuthorizeRequest } from '../oauth/authorize-request.ts'
import type { Requested } from '../oauth/profile.ts'
import { findApplicationByAnyId } from '../store/applications.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import { insertGrantForAssertion, rememberAssertion } from '../store/grants.ts'
import { recordTrace, type TraceEntry, toTraceRecord } from '../traces/record-trace.ts'
import { answerWithSession } from './answer-with-session.ts'
import { checkStillRegistered, describeForClient, type LoginOutcome } from './attempt.ts'
import { concludePortalLogin, toPortalRefusal } from './conclude-portal-login.ts'
import { explainLoginCause, type LoginCause } from './login-causes.ts'
import { openSession } from './open-session.ts'
import { rememberConnection } from './remembered-connections.ts'
import type { PendingApplication, PendingLogin } from './start-login.ts'
import type { TakenLogin } from './take-login.ts'
import { describeUpstreamSession } from './upstream-session.ts'
import { isAddressVerified } from './verified-address.ts'

type Accepted = Extract<FinishOutcome, { ok: true }>
type Refusal = Extract<FinishOutcome, { ok: false }>
type PendingSignIn = Extract<PendingLogin, { purpose: 'sign-in' }>

/** Life of an authorization code, in seconds (RFC 9700 asks for short; ours is 60 at most). */
const codeSeconds = 60

/** How long a grant is kept after its code was issued: its access token lives 300 seconds at most. */
const grantSeconds = 3600

const replayCheck = 'Assertion is used once'

/** Somebody was recognised: a code for the application, or the result page for the admin who tests. */
export async function concludeAccepted(taken: TakenLogin, accepted: Accepted): Promise<LoginOutcome> {
  const concluded = await conclude(taken, accepted)
  if (concluded) return concluded
  const checks = [...accepted.checks, { name: replayCheck, ok: false }]
  return concludeRefused(taken, { ...refusalOf('saml_replayed', taken.connection), checks })
}

/** Null when the assertion was used before. */
async function conclude(taken: TakenLogin, accepted: Accepted): Promise<LoginOutcome | null> {
  const { pending } = taken
  if (pending.purpose === 'test') return passTest(taken, accepted)
  if (pending.purpose === 'portal') return concludePortalLogin(taken, pending.intent, accepted)
  const { authorize, application } = pending
  return application
    ? signInToApplication(taken, accepted, authorize, application)
    : grantCode(taken, pending, accepted)
}

/** Null when the assertion was used before: then nothing is stored. */
async function passTest(taken: TakenLogin, accepted: Accepted): Promise<LoginOutcome | null> {
  const { house, connection } = taken
  if (!(await rememberAssertion(house.db, connection.id, accepted.once))) return null
  const sentence = `${accepted.profile.email} was recognised. The connection works.`
  await recordTrace(house, describeSuccess(taken, accepted, sentence))
  return toTestResult(taken)
}

/**
 * Nobody was: the application, or the admin who tests, is told; the trace says why. Where nobody asked, nobody is told
 * but the person: throws `access_denied`, for a page.
 */
export async function concludeRefused(taken: TakenLogin, refusal: Refusal): Promise<LoginOutcome> {
  const { cause, sentence, checks, received } = refusal
  await recordTrace(taken.house, {
    ...describe(taken),
    checks,
    outcome: 'failure',
    cause,
    sentence,
    received,
  })
  const { pending, traceId } = taken
  if (taken.upstreamRequestId === null) throw new VestibuleError('access_denied', unaskedMessage, { traceId })
  if (pending.purpose === 'test') return toTestResult(taken)
  if (pending.purpose === 'portal') return toPortalRefusal(pending.intent, traceId)
  const reason = 'The identity provider sent an answer that was not accepted'
  return answer(taken, pending.authorize, {
    error: 'access_denied',
    error_description: describeForClient(reason, traceId),
  })
}

const unaskedMessage =
  'Your company’s sign-in sent you here in a way that was not accepted. Start at the application instead.'

/** A refusal for a reason of the flow itself. */
export function refusalOf(cause: LoginCause, connection: ConnectionRecord): Refusal {
  const { name, sentence } = explainLoginCause(cause, connection.name ?? connection.upstreamId)
  return { ok: false, cause, sentence, checks: [{ name, ok: false }], received: null }
}

/** A session of the person in this browser, and the answer for the application that asked. Null as above. */
async function signInToApplication(
  taken: TakenLogin,
  accepted: Accepted,
  request: AuthorizeRequest,
  { id, expectedSubject, priorSessionId }: PendingApplication,
): Promise<LoginOutcome | null> {
  const { house, site, origin, connection } = taken
  const application = await findApplicationByAnyId(house.db, site.id, id)
  if (!application) return concludeRefused(taken, refusalOf('login_application_gone', connection))
  checkStillRegistered(application, request)
  const { amr, acr, authenticatedAt, once, upstreamSession, sessionNotOnOrAfterAt } = accepted
  const emailVerified = await isAddressVerified(house, connection, accepted.profile)
  const profile = { ...accepted.profile, emailVerified }
  const person = {
    organizationId: site.id,
    tenantId: connection.tenantId,
    tenant: connection.tenant,
    userId: null,
    subject: subjectOf(connection, upstreamSession.subject),
    profile,
    amr,
    acr,
    authenticatedAt,
    notAfter: sessionNotOnOrAfterAt,
    upstream: { connectionId: connection.id, once, ...upstreamSession },
  }
  const { cookies } = taken
  const opened = await openSession(house, person, { cookies, priorSessionId, ...origin })
  if (!opened) return null
  const attempt = { house, site, origin, request, application, connections: [connection], passed: [] }
  const sentence = `${profile.email} signed in to ${application.name}.`
  const trace = describeSuccess(taken, accepted, sentence)
  const outcome = await answerWithSession(
    { ...attempt, expectedSubject },
    opened.session,
    taken.cookies,
    trace,
  )
  const remembered = rememberConnection(house.config.secure, taken.cookies, connection.clientId)
  return { ...outcome, cookies: [opened.cookie, remembered, ...outcome.cookies] }
}

/**
 * `sub` of somebody who is in no directory: unique among all connections of the organization, and the same each time
 * (OpenID Connect Core §8). The identity provider's own names are not: two of them may both call somebody "ada".
 */
function subjectOf(connection: ConnectionRecord, upstreamSubject: string): string {
  return sha256(`${connection.id}\n${upstreamSubject}`)
}

/** The code, stored with its trace by one statement; null when the assertion was used before: then nothing is stored. */
async function grantCode(
  taken: TakenLogin,
  pending: PendingSignIn,
  accepted: Accepted,
): Promise<LoginOutcome | null> {
  const { house, site, connection, traceId } = taken
  const { authorize } = pending
  const now = house.clock.now()
  const session = describeUpstreamSession(taken, accepted)
  const code = mintToken(house.random)
  const grant = {
    id: mintId('grt', now, house.random),
    organizationId: site.id,
    connectionId: connection.id,
    applicationId: null,
    sessionId: session?.id ?? null,
    userId: null,
    traceId,
    codeHash: sha256(code),
    codeExpiresAt: secondsAfter(now, codeSeconds),
    clientId: authorize.clientId,
    redirectUri: authorize.redirectUri,
    codeChallenge: authorize.codeChallenge,
    nonce: authorize.nonce,
    scope: authorize.scope,
    resources: [],
    claims: null,
    amr: accepted.amr,
    acr: accepted.acr,
    dpopJkt: null,
    subject: accepted.profile.id,
    profile: accepted.profile,
    requested: toRequested(pending, connection),
    authenticatedAt: accepted.authenticatedAt,
    sessionNotOnOrAfterAt: accepted.sessionNotOnOrAfterAt,
    expiresAt: secondsAfter(now, grantSeconds),
  }
  const trace = toTraceRecord(describeSuccess(taken, accepted, `${accepted.profile.email} signed in.`), now)
  const isFirst = await insertGrantForAssertion(house.db, accepted.once, grant, trace, session)
  if (!isFirst) return null
  const remembered = rememberConnection(house.config.secure, taken.cookies, connection.clientId)
  return { ...answer(taken, authorize, { code }), cookies: [remembered] }
}

function answer(
  { site }: TakenLogin,
  { redirectUri, responseMode, state }: AuthorizeRequest,
  parameters: Parameters<typeof answerAuthorization>[1],
): LoginOutcome {
  const to = { redirectUri, responseMode, state, issuer: site.issuer }
  return { ...answerAuthorization(to, parameters), cookies: [] }
}

/** The page of the portal that shows how a test went. */
function toTestResult({ connection, traceId }: TakenLogin): LoginOutcome {
  return {
    kind: 'redirect',
    url: `/connections/${connection.clientId}/test/result?trace=${traceId}`,
    cookies: [],
  }
}

/** What the application asked for, as userinfo hands it back. */
function toRequested({ authorize, isIdPFlow }: PendingSignIn, connection: ConnectionRecord): Requested {
  const { tenant, product } = connection
  if (isIdPFlow) return { isIdPFlow, tenant, product }
  const optional = {
    state: authorize.state,
    scope: authorize.scope || null,
    nonce: authorize.nonce,
    provider: authorize.provider,
    idp_hint: authorize.idpHint,
    login_hint: authorize.loginHint,
    forceAuthn: authorize.forceAuthn || null,
  }
  const given = Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== null))
  return {
    tenant,
    product,
    client_id: authorize.clientId,
    redirect_uri: authorize.redirectUri,
    ...given,
  }
}

/** What every trace of this login says. */
function describe({ site, connection, pending, traceId, origin }: TakenLogin) {
  return {
    id: traceId,
    organizationId: site.id,
    tenant: connection.tenant,
    product: connection.product,
    connection: { id: connection.id, name: connection.name ?? connection.upstreamId, kind: connection.kind },
    purpose: pending.purpose,
    origin,
  }
}

export function describeSuccess(
  taken: TakenLogin,
  { checks, profile }: Accepted,
  sentence: string,
): TraceEntry & { outcome: 'success' } {
  return {
    ...describe(taken),
    outcome: 'success',
    sentence,
    checks: [...checks, { name: replayCheck, ok: true }],
    subject: profile.id,
    email: profile.email,
  }
}
