import type { House } from '../house.ts'
import { readIdTokenHint } from '../oauth/id-token-hint.ts'
import { findSession } from '../sessions/find-session.ts'
import { findConnections } from '../store/connections.ts'
import type { SessionRecord } from '../store/sessions.ts'
import { answerWithSession } from './answer-with-session.ts'
import type { Attempt, LoginOutcome } from './attempt.ts'
import { chooseWay, forProduct } from './choose-way.ts'
import { openInteraction } from './interaction.ts'
import type { Party } from './party.ts'
import { answerPartyRefusal } from './refuse-target.ts'
import { startLogin } from './start-login.ts'

/** A request for which a person is to be signed in, and who waits for it. */
export type PartyAttempt = Attempt & { party: Party }

/**
 * An application's authorization request, its client and parameters verified (OpenID Connect Core §3.1.2.3), or what
 * stands for one where a product takes JWT SSO: who is signed in already is sent back at once; everybody else goes to
 * the identity provider, or to our page.
 */
export async function beginApplicationLogin(
  attempt: PartyAttempt,
  cookies: ReadonlyMap<string, string>,
): Promise<LoginOutcome> {
  const { house, site, request, party, origin } = attempt
  const hint = request.idTokenHint
    ? await readIdTokenHint(house, site, request.idTokenHint)
    : { subject: null }
  if (!hint)
    return answerPartyRefusal(attempt, {
      name: 'ID token hint',
      cause: 'id_token_hint_invalid',
      code: 'invalid_request',
    })
  const session = await findSession(house, site, cookies)
  const usable = session !== null && (await isUsable(attempt, session, hint.subject))
  const pending = { ...attempt, expectedSubject: hint.subject, priorSessionId: session?.id ?? null }
  if (request.prompt.includes('none')) {
    return usable
      ? answerWithSession(pending, session, cookies)
      : answerPartyRefusal(attempt, {
          name: 'Session',
          cause: 'session_missing',
          code: 'login_required',
          expected: 'somebody who is signed in',
        })
  }
  const mustShow = request.prompt.includes('login') || request.prompt.includes('select_account')
  if (usable && !mustShow) return answerWithSession(pending, session, cookies)
  const way = await chooseWay(attempt, { email: request.loginHint, choosing: session !== null })
  if (way.kind === 'refused') return answerPartyRefusal(attempt, way.refusal)
  if (way.kind === 'page') return openInteraction(pending, cookies, { sessionId: null })
  const { expectedSubject, priorSessionId } = pending
  return startLogin(house, site, {
    connection: way.connection,
    purpose: 'sign-in',
    authorize: request,
    application: { kind: party.kind, id: party.id, expectedSubject, priorSessionId },
    cookies,
    origin,
  })
}

/** Whether a session answers this request without anybody being asked. */
export async function isUsable(
  { house, site, request, party }: PartyAttempt,
  session: SessionRecord,
  hintedSubject: string | null,
): Promise<boolean> {
  const tenant = request.client?.kind === 'application' ? request.client.tenant : null
  if (tenant !== null && session.tenant !== tenant && session.tenantId !== tenant) return false
  if (hintedSubject !== null && session.subject !== hintedSubject) return false
  if (request.forceAuthn || isTooOld(house, session, request.maxAge)) return false
  return isRightConnection({ house, site, request, party }, session)
}

/** `max_age` (OpenID Connect Core §3.1.2.1), in seconds. */
function isTooOld(house: Pick<House, 'clock'>, session: SessionRecord, maxAge: string | null): boolean {
  if (maxAge === null) return false
  return house.clock.now().getTime() - session.authenticatedAt.getTime() >= Number(maxAge) * 1000
}

/**
 * A tenant may have connections of its own for this product: then the session must come from one of them, and from the
 * one that is hinted at. Where it has none for this product, it is enough to be one of its people.
 */
async function isRightConnection(
  { house, site, request, party }: Pick<PartyAttempt, 'house' | 'site' | 'request' | 'party'>,
  session: SessionRecord,
): Promise<boolean> {
  if (session.connectionId === null && request.idpHint === null) return true
  const filter = { tenants: [session.tenant], ...forProduct(party) }
  const connections = (await findConnections(house.db, site.id, filter)).filter(({ active }) => active)
  const own = connections.find(({ id }) => id === session.connectionId)
  if (request.idpHint !== null) return own?.clientId === request.idpHint
  return own !== undefined || connections.length === 0
}
