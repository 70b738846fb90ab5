import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { mintId, mintToken } from '../base/ids.ts'
import { answerAuthorization } from '../oauth/authorization-answer.ts'
import type { AuthorizeRequest } from '../oauth/authorize-request.ts'
import { grantedScope } from '../oauth/claims.ts'
import { applicationTokenSeconds, isOffline, offlineGrantSeconds } from '../oauth/issue-tokens.ts'
import type { Profile, Requested } from '../oauth/profile.ts'
import type { ApplicationRecord } from '../store/applications.ts'
import type { Json } from '../store/db.ts'
import { insertGrantForApplication } from '../store/grants.ts'
import type { SessionRecord } from '../store/sessions.ts'
import { type TraceEntry, toTraceRecord } from '../traces/record-trace.ts'
import type { LoginOutcome } from './attempt.ts'
import type { PartyAttempt } from './begin-application-login.ts'
import { openInteraction } from './interaction.ts'
import { answerPartyRefusal } from './refuse-target.ts'
import { sendToTarget } from './send-to-target.ts'
import { unmetDemand } from './unmet-demand.ts'

/** A request that is about to be answered. */
export type PendingAnswer = PartyAttempt & {
  /** Whom `id_token_hint` names; nobody else may answer. */
  expectedSubject: string | null
}

/** Life of an authorization code, in seconds (RFC 9700 asks for short; ours is 60 at most). */
const codeSeconds = 60

/** The session that answers, as far as the answer needs it. */
export type AnsweringSession = Pick<
  SessionRecord,
  | 'id' | 'tenantId' | 'tenant' | 'connectionId' | 'userId' | 'subject' | 'profile' | 'amr' | 'acr'
  | 'authenticatedAt'
> & { expiresAt: Date | null } // biome-ignore format: a list of members

/**
 * Answers whoever waits for the person of a session: a product that takes JWT SSO with a token; an application with a
 * code, or first with the page that asks for consent.
 * `signIn` describes the sign-in that has just happened; without one the session was there before.
 */
export async function answerWithSession(
  pending: PendingAnswer,
  session: AnsweringSession,
  cookies: ReadonlyMap<string, string>,
  signIn?: TraceEntry & { outcome: 'success' },
  consented = false,
): Promise<LoginOutcome> {
  const unmet = unmetDemand(pending, session)
  if (unmet) return answerPartyRefusal(pending, unmet)
  const { party } = pending
  if (party.kind === 'jwt-sso-target') return sendToTarget(pending, party.target, session, signIn)
  if (pending.request.prompt.includes('consent') && !consented)
    return openInteraction(pending, cookies, { sessionId: session.id })
  return grantCode(pending, party.application, session, signIn)
}

async function grantCode(
  pending: PendingAnswer,
  application: ApplicationRecord,
  session: AnsweringSession,
  signIn: (TraceEntry & { outcome: 'success' }) | undefined,
): Promise<LoginOutcome> {
  const { house, site, request } = pending
  const now = house.clock.now()
  const code = mintToken(house.random)
  const scope = grantedScope(request.scope)
  const entry = signIn ?? describeReturn(pending, application, session)
  const grant = {
    id: mintId('grt', now, house.random),
    organizationId: site.id,
    connectionId: session.connectionId,
    applicationId: application.id,
    sessionId: session.id,
    userId: session.userId,
    traceId: entry.id,
    codeHash: sha256(code),
    codeExpiresAt: secondsAfter(now, codeSeconds),
    clientId: application.clientId,
    redirectUri: request.redirectUri,
    codeChallenge: request.codeChallenge,
    nonce: request.nonce,
    scope,
    resources: request.resources,
    claims: request.claims as Json | null,
    subject: session.subject,
    profile: session.profile,
    requested: toRequested(request, session.tenant, application.product),
    amr: session.amr,
    acr: session.acr,
    dpopJkt: request.dpopJkt,
    authenticatedAt: session.authenticatedAt,
    sessionNotOnOrAfterAt: session.expiresAt,
    expiresAt: secondsAfter(now, isOffline(scope) ? offlineGrantSeconds : sessionGrantSeconds),
  }
  const stored = await insertGrantForApplication(house.db, grant, toTraceRecord(entry, now))
  if (!stored) return answerPartyRefusal(pending, sessionGone)
  const { redirectUri, responseMode, state } = request
  const to = { redirectUri, responseMode, state, issuer: site.issuer }
  return { ...answerAuthorization(to, { code }), cookies: [] }
}

/** A grant is kept as long as its session, and at least as long as the tokens issued from it. */
const sessionGrantSeconds = codeSeconds + applicationTokenSeconds

const sessionGone = {
  name: 'Session',
  cause: 'session_missing',
  code: 'login_required',
  expected: 'somebody who is signed in',
} as const

/** What the application asked for, as it is kept with the grant. */
function toRequested(request: AuthorizeRequest, tenant: string, product: string): Requested {
  return {
    tenant,
    product,
    client_id: request.clientId,
    redirect_uri: request.redirectUri,
    ...(request.state !== null && { state: request.state }),
    ...(request.scope && { scope: request.scope }),
  }
}

/** The trace of somebody who was signed in before. */
function describeReturn(
  { house, site, passed, origin }: PendingAnswer,
  application: ApplicationRecord,
  session: AnsweringSession,
): TraceEntry & { outcome: 'success' } {
  const { email } = session.profile as Profile
  return {
    id: mintId('trc', house.clock.now(), house.random),
    organizationId: site.id,
    tenant: session.tenant,
    product: application.product,
    connection: session.connectionId && { id: session.connectionId, name: '', kind: '' },
    purpose: 'sign-in',
    outcome: 'success',
    sentence: `${email ?? session.subject} was signed in already and went on to ${application.name}.`,
    checks: [...passed, { name: 'Session', ok: true, received: session.authenticatedAt.toISOString() }],
    subject: session.subject,
    email,
    origin,
  } as TraceEntry & { outcome: 'success' }
}
