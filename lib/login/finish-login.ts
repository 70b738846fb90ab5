import type { Check } from '../base/check.ts'
import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId, mintToken } from '../base/ids.ts'
import type { ConnectionKind, FinishOutcome } from '../connections/contract.ts'
import { connectionTypes } from '../connections/registry.ts'
import type { House } from '../house.ts'
import { answerAuthorization } from '../oauth/authorization-answer.ts'
import type { AuthorizeRequest } from '../oauth/authorize-request.ts'
import type { Requested } from '../oauth/profile.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import { insertGrantForAssertion, rememberAssertion } from '../store/grants.ts'
import { consumeLoginRequest, findLoginRequest, type LoginRequestRecord } from '../store/login-requests.ts'
import { type Origin, recordTrace } from '../traces/record-trace.ts'
import { describeForClient, type LoginOutcome, type Site } from './begin-login.ts'
import { browserHashOf } from './browser-binding.ts'
import { explainLoginCause, type LoginCause } from './login-causes.ts'
import type { PendingLogin } from './start-login.ts'
import { isTestIdpOfLiveTenant } from './test-idp-of-live-tenant.ts'

export type FinishLoginInput = {
  /** The form with which the identity provider sent the browser back. */
  parameters: URLSearchParams
  /** The connection named in the address, when it was not the shared one. */
  clientId: string | null
  cookies: ReadonlyMap<string, string>
  origin: Origin
}

/** Life of an authorization code, in seconds (RFC 9700 asks for short; ours is 60 at most). */
const codeSeconds = 60

/** How long a grant is kept after its code was issued: its access token lives 300 seconds at most. */
const grantSeconds = 3600

/** What is known once the login was taken out of the store. */
type Pending = {
  login: LoginRequestRecord
  connection: ConnectionRecord
  pending: PendingLogin
  traceId: string
}

/**
 * Takes the identity provider's answer: consumes the stored login of this browser, has its connection judge the
 * answer, and answers the application. Without a stored login it throws, for a page; every refusal leaves a trace.
 */
export async function finishLogin(house: House, site: Site, input: FinishLoginInput): Promise<LoginOutcome> {
  const found = await consume(house, site, input)
  const { login, connection } = found
  const blocked = blockedCause(found, site, input)
  if (blocked) return refuse(house, site, input, found, fromCause(blocked, connection))
  const outcome = await connectionTypes[connection.kind as ConnectionKind].finish(house, {
    connection,
    issuer: site.issuer,
    upstreamRequestId: login.upstreamRequestId,
    parameters: input.parameters,
  })
  if (!outcome.ok) return refuse(house, site, input, found, outcome)
  return found.pending.purpose === 'test'
    ? finishTest(house, site, input, found, outcome)
    : finishSignIn(house, site, input, found, found.pending.authorize, outcome)
}

/** The stored login of this browser, used up. Throws `invalid_request`, with a trace that says why there was none. */
async function consume(house: House, site: Site, input: FinishLoginInput): Promise<Pending> {
  const traceId = mintId('trc', house.clock.now(), house.random)
  const relayState = input.parameters.get('RelayState') ?? ''
  const browserHash = browserHashOf(house.config.secure, input.cookies)
  const id = sha256(relayState)
  const consumed =
    relayState && browserHash
      ? await consumeLoginRequest(house.db, site.id, id, browserHash, house.clock.now())
      : null
  if (consumed) return { ...consumed, pending: consumed.login.request as PendingLogin, traceId }
  const stored = relayState ? await findLoginRequest(house.db, site.id, id) : null
  const cause = whyNotFound(house, relayState, browserHash, stored)
  const { sentence, checks } = fromCause(cause, null)
  await recordTrace(house, {
    id: traceId,
    organizationId: site.id,
    tenant: '',
    product: '',
    connection: stored && { id: stored.connectionId, name: '', kind: 'saml' },
    purpose: 'sign-in',
    outcome: 'failure',
    cause,
    sentence,
    checks,
    origin: input.origin,
  })
  throw new VestibuleError(
    'invalid_request',
    'This sign-in is over, or was begun in another browser. Start again from the application.',
    { traceId },
  )
}

function whyNotFound(
  house: House,
  relayState: string,
  browserHash: string | null,
  stored: LoginRequestRecord | null,
): LoginCause {
  if (!relayState) return 'login_unsolicited'
  if (!stored) return 'login_unknown'
  if (stored.expiresAt <= house.clock.now()) return 'login_expired'
  return browserHash === null ? 'login_cookie_missing' : 'login_other_browser'
}

/** What has changed since the login began, or does not fit the address it came back to. */
function blockedCause(
  { connection, pending }: Pending,
  site: Site,
  input: FinishLoginInput,
): LoginCause | null {
  if (!connection.active && pending.purpose !== 'test') return 'login_connection_deactivated'
  if (input.clientId !== null && input.clientId !== connection.clientId) return 'login_wrong_address'
  return isTestIdpOfLiveTenant(site, connection) ? 'login_test_idp_for_live_tenant' : null
}

type Refusal = Extract<FinishOutcome, { ok: false }>

function fromCause(cause: LoginCause, connection: ConnectionRecord | null): Refusal {
  const { name, sentence } = explainLoginCause(
    cause,
    connection?.name ?? connection?.upstreamId ?? 'the identity provider',
  )
  return { ok: false, cause, sentence, checks: [{ name, ok: false }], received: null }
}

/** Keeps the trace and tells the application, or the admin who tests, that it did not work. */
async function refuse(
  house: House,
  site: Site,
  input: FinishLoginInput,
  found: Pending,
  refusal: Refusal,
): Promise<LoginOutcome> {
  const { cause, sentence, checks, received } = refusal
  await trace(house, site, input, found, { outcome: 'failure', cause, sentence, checks, received })
  if (found.pending.purpose === 'test') return toTestResult(found)
  const parameters = {
    error: 'access_denied' as const,
    error_description: describeForClient(
      'The identity provider sent an answer that was not accepted',
      found.traceId,
    ),
  }
  return { ...answerAuthorization(answerAddress(site, found.pending.authorize), parameters), cookies: [] }
}

async function finishTest(
  house: House,
  site: Site,
  input: FinishLoginInput,
  found: Pending,
  outcome: Extract<FinishOutcome, { ok: true }>,
): Promise<LoginOutcome> {
  const { connection } = found
  if (!(await rememberAssertion(house.db, connection.id, outcome.once))) {
    return refuse(house, site, input, found, replayed(outcome.checks, connection))
  }
  const sentence = `${outcome.profile.email} was recognised. The connection works.`
  const { id, email } = outcome.profile
  await trace(house, site, input, found, {
    outcome: 'success',
    sentence,
    checks: withReplay(outcome.checks),
    subject: id,
    email,
  })
  return toTestResult(found)
}

async function finishSignIn(
  house: House,
  site: Site,
  input: FinishLoginInput,
  found: Pending,
  authorize: AuthorizeRequest,
  outcome: Extract<FinishOutcome, { ok: true }>,
): Promise<LoginOutcome> {
  const { connection } = found
  const now = house.clock.now()
  const code = mintToken(house.random)
  const grant = {
    id: mintId('grt', now, house.random),
    organizationId: site.id,
    connectionId: connection.id,
    traceId: found.traceId,
    codeHash: sha256(code),
    codeExpiresAt: secondsAfter(now, codeSeconds),
    clientId: authorize.clientId,
    redirectUri: authorize.redirectUri,
    codeChallenge: authorize.codeChallenge,
    nonce: authorize.nonce,
    scope: authorize.scope,
    profile: outcome.profile,
    requested: toRequested(authorize, connection),
    authenticatedAt: outcome.authenticatedAt,
    sessionNotOnOrAfterAt: outcome.sessionNotOnOrAfterAt,
    expiresAt: secondsAfter(now, grantSeconds),
  }
  if (!(await insertGrantForAssertion(house.db, outcome.once, grant, now))) {
    return refuse(house, site, input, found, replayed(outcome.checks, connection))
  }
  const sentence = `${outcome.profile.email} signed in.`
  const { id, email } = outcome.profile
  await trace(house, site, input, found, {
    outcome: 'success',
    sentence,
    checks: withReplay(outcome.checks),
    subject: id,
    email,
  })
  return { ...answerAuthorization(answerAddress(site, authorize), { code }), cookies: [] }
}

const replayCheck = 'Assertion is used once'

function withReplay(checks: Check[]): Check[] {
  return [...checks, { name: replayCheck, ok: true }]
}

function replayed(checks: Check[], connection: ConnectionRecord): Refusal {
  const refusal = fromCause('saml_replayed', connection)
  return { ...refusal, checks: [...checks, { name: replayCheck, ok: false }] }
}

function answerAddress(site: Site, authorize: AuthorizeRequest) {
  const { redirectUri, responseMode, state } = authorize
  return { redirectUri, responseMode, state, issuer: site.issuer }
}

/** The page of the portal that shows how a test went. */
function toTestResult(found: Pending): LoginOutcome {
  const { clientId } = found.connection
  return { kind: 'redirect', url: `/connections/${clientId}/test/result?trace=${found.traceId}`, cookies: [] }
}

/** What the application asked for, as userinfo hands it back. */
function toRequested(authorize: AuthorizeRequest, connection: ConnectionRecord): Requested {
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
    tenant: connection.tenant,
    product: connection.product,
    client_id: authorize.clientId,
    redirect_uri: authorize.redirectUri,
    ...given,
  }
}

type TraceBits = {
  checks: Check[]
  received?: string | null
  subject?: string
  email?: string | null
} & ({ outcome: 'success'; sentence: string } | { outcome: 'failure'; cause: string; sentence: string })

async function trace(
  house: House,
  site: Site,
  input: FinishLoginInput,
  found: Pending,
  bits: TraceBits,
): Promise<void> {
  const { connection, pending, traceId } = found
  await recordTrace(house, {
    ...bits,
    id: traceId,
    organizationId: site.id,
    tenant: connection.tenant,
    product: connection.product,
    connection: { id: connection.id, name: connection.name ?? connection.upstreamId, kind: connection.kind },
    purpose: pending.purpose,
    origin: input.origin,
  })
}
