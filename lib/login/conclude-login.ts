import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintId, mintToken } from '../base/ids.ts'
import type { AuthorizeRequest } from '../oauth/authorize-request.ts'
import type { Requested } from '../oauth/profile.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import { insertGrantForAssertion, rememberAssertion } from '../store/grants.ts'
import { recordTrace, toTraceRecord } from '../traces/record-trace.ts'
import { type Admission, admitPerson, rehearse } from './admit-person.ts'
import { answerWithSession } from './answer-with-session.ts'
import type { LoginOutcome } from './attempt.ts'
import { concludePortalLogin } from './conclude-portal-login.ts'
import { answerClient, concludeRefused, type Refusal, refusalOf, toTestResult } from './conclude-refused.ts'
import { replayCauseOf } from './login-causes.ts'
import { type Accepted, describeLogin, describeSuccess } from './login-trace.ts'
import { openSession } from './open-session.ts'
import { checkStillOpen, findParty } from './party.ts'
import { rememberConnection } from './remembered-connections.ts'
import type { PendingApplication, PendingLogin } from './start-login.ts'
import type { TakenLogin } from './take-login.ts'
import { describeUpstreamSession } from './upstream-session.ts'
import { isAddressVerified } from './verified-address.ts'
import { beginAgain, waitingPage } from './waiting-page.ts'

type PendingSignIn = Extract<PendingLogin, { purpose: 'sign-in' }>

/** Life of an authorization code, in seconds (RFC 9700 asks for short; ours is 60 at most). */
const codeSeconds = 60

/** How long a grant is kept after its code was issued: its access token lives 300 seconds at most. */
const grantSeconds = 3600

/** Somebody was recognised: a code for the application, or the result page for the admin who tests. */
export async function concludeAccepted(taken: TakenLogin, accepted: Accepted): Promise<LoginOutcome> {
  const concluded = await conclude(taken, accepted)
  if (concluded) return concluded
  const replayed = refusalOf(replayCauseOf(taken.connection), taken.connection)
  return concludeRefused(taken, { ...replayed, checks: [...accepted.checks, ...replayed.checks] })
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

/** Null when the assertion was used before: then nothing is stored. Nobody is let in, so nothing is written of them. */
async function passTest(taken: TakenLogin, accepted: Accepted): Promise<LoginOutcome | null> {
  const { house, connection } = taken
  if (!(await rememberAssertion(house.db, connection.id, accepted.once))) return null
  const who = describeWho(accepted)
  const rehearsed = await rehearse(taken, accepted)
  if (rehearsed?.cause) {
    const { cause, sentence } = rehearsed
    const checks = [...accepted.checks, ...rehearsed.checks]
    return concludeRefused(taken, { ok: false, cause, sentence, checks, received: null })
  }
  const outlook = rehearsed ? ` ${describeRehearsal[rehearsed.decision.kind]}` : ''
  const sentence = `${who} was recognised. The connection works.${outlook}`
  await recordTrace(house, describeSuccess(taken, accepted, sentence, { checks: rehearsed?.checks ?? [] }))
  return toTestResult(taken)
}

const describeRehearsal = {
  'sign-in': 'They would be signed in as the user found below.',
  create: 'They are not known yet; this test makes no user and files no request.',
  wait: 'They wait for approval.',
  refuse: '',
}

function describeWho({ profile }: Accepted): string {
  return profile.email ?? profile.id
}

/** Whom the directory does not let in: the client hears of it, or the person sees that they have to wait. */
async function turnAway(
  taken: TakenLogin,
  accepted: Accepted,
  admission: Exclude<Admission, { kind: 'admitted' }>,
): Promise<LoginOutcome> {
  const { house, site, connection, pending } = taken
  const { checks, ...kept } = admission.trace
  const trace = { ...kept, email: accepted.profile.email, subject: accepted.profile.id }
  const all = [...accepted.checks, ...checks]
  if (admission.kind === 'refused') {
    const { cause, sentence, forPerson } = admission
    const told = { client: 'There is no access for this person here', person: forPerson, trace }
    return concludeRefused(taken, { ok: false, cause, sentence, checks: all, received: null }, told)
  }
  await recordTrace(house, {
    ...describeLogin(taken),
    ...trace,
    checks: all,
    outcome: 'failure',
    cause: 'provision_waiting',
    sentence: `${describeWho(accepted)} waits until somebody approves the request for access. Decide it in the portal.`,
  })
  const isAsked = taken.upstreamRequestId !== null && pending.purpose === 'sign-in'
  const isTarget = pending.purpose === 'sign-in' && pending.application?.kind === 'jwt-sso-target'
  const again = isAsked && !isTarget ? beginAgain(pending.authorize, connection) : null
  return waitingPage(site, { email: accepted.profile.email, tenant: connection.tenantName, again })
}

/** A session of the person in this browser, and the answer for whoever asked. Null as above. */
async function signInToApplication(
  taken: TakenLogin,
  accepted: Accepted,
  request: AuthorizeRequest,
  { kind, id, expectedSubject, priorSessionId }: PendingApplication,
): Promise<LoginOutcome | null> {
  const { house, site, origin, connection } = taken
  const party = await findParty(house, site, { kind, id })
  if (!party) return refuseForNobody(taken, refusalOf('login_application_gone', connection))
  checkStillOpen(party, request)
  const admission = await admitPerson(taken, accepted)
  if (!admission) return null
  if (admission.kind !== 'admitted') return turnAway(taken, accepted, admission)
  const { userId, subject, once, trace: traced } = admission
  const profile =
    userId === null
      ? { ...admission.profile, emailVerified: await isAddressVerified(house, connection, accepted.profile) }
      : admission.profile
  const { amr, acr, authenticatedAt, upstreamSession, sessionNotOnOrAfterAt } = accepted
  const person = {
    organizationId: site.id,
    tenantId: connection.tenantId,
    tenant: connection.tenant,
    userId,
    subject,
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
  const application = party.kind === 'application' ? party.application : null
  const attempt = { house, site, origin, request, application, party, connections: [connection], passed: [] }
  const sentence = `${profile.email ?? subject} signed in to ${party.name}.`
  const trace = describeSuccess(taken, accepted, sentence, traced)
  const outcome = await answerWithSession(
    { ...attempt, expectedSubject },
    opened.session,
    taken.cookies,
    trace,
  )
  const remembered = rememberConnection(house.config.secure, taken.cookies, connection.clientId)
  return { ...outcome, cookies: [opened.cookie, remembered, ...outcome.cookies] }
}

/** Nobody is left to be told but the person: an address that nobody vouches for any more gets no answer. */
async function refuseForNobody(taken: TakenLogin, { cause, sentence, checks }: Refusal): Promise<never> {
  await recordTrace(taken.house, { ...describeLogin(taken), checks, outcome: 'failure', cause, sentence })
  throw new VestibuleError(
    'invalid_request',
    'The application you came from is not here any more. Ask whoever looks after it.',
    { traceId: taken.traceId },
  )
}

/** The code, stored with its trace by one statement; null when the assertion was used before: then nothing is stored. */
async function grantCode(
  taken: TakenLogin,
  pending: PendingSignIn,
  accepted: Accepted,
): Promise<LoginOutcome | null> {
  const { house, site, connection, traceId } = taken
  const { authorize } = pending
  const admission = await admitPerson(taken, accepted)
  if (!admission) return null
  if (admission.kind !== 'admitted') return turnAway(taken, accepted, admission)
  const { userId, id: subject, profile, once } = admission
  const now = house.clock.now()
  const session = describeUpstreamSession(taken, accepted, { userId, subject, profile })
  const code = mintToken(house.random)
  const grant = {
    id: mintId('grt', now, house.random),
    organizationId: site.id,
    connectionId: connection.id,
    applicationId: null,
    sessionId: session?.id ?? null,
    userId,
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
    subject,
    profile,
    requested: toRequested(pending, connection),
    authenticatedAt: accepted.authenticatedAt,
    sessionNotOnOrAfterAt: accepted.sessionNotOnOrAfterAt,
    expiresAt: secondsAfter(now, grantSeconds),
  }
  const entry = describeSuccess(taken, accepted, `${describeWho(accepted)} signed in.`, admission.trace)
  const isFirst = await insertGrantForAssertion(house.db, once, grant, toTraceRecord(entry, now), session)
  if (!isFirst) return null
  const remembered = rememberConnection(house.config.secure, taken.cookies, connection.clientId)
  return { ...answerClient(taken, authorize, { code }), cookies: [remembered] }
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
    return_to_params: authorize.returnToParams,
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
