import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { html, renderEndUserPage } from '../http/end-user-page.ts'
import type { AuthorizeRequest } from '../oauth/authorize-request.ts'
import { hasScope, scopeClaims } from '../oauth/claims.ts'
import type { Profile } from '../oauth/profile.ts'
import { findSession } from '../sessions/find-session.ts'
import type { SessionRecord } from '../store/sessions.ts'
import { answerWithSession } from './answer-with-session.ts'
import type { LoginOutcome, Site } from './attempt.ts'
import {
  type InteractionInput,
  loadInteraction,
  type PendingInteraction,
  takeInteraction,
} from './interaction.ts'
import { answerPartyRefusal } from './refuse-target.ts'

/** The page that asks a person whether an application may know them (OpenID Connect Core §3.1.2.4). */
export async function showConsent(house: House, site: Site, input: InteractionInput): Promise<LoginOutcome> {
  const pending = await loadInteraction(house, site, input)
  const session = await loadSession(pending, input)
  const page = renderConsentPage(pending, session)
  return { kind: 'page', status: 200, html: page, cookies: [], onward: pending.request.redirectUri }
}

/** Answers the application as the person decided. Throws `invalid_request`, for a page. */
export async function submitConsent(
  house: House,
  site: Site,
  input: InteractionInput & { decision: string },
): Promise<LoginOutcome> {
  if (input.decision !== 'allow' && input.decision !== 'deny')
    throw new VestibuleError('invalid_request', 'Choose whether to allow it or not.')
  const session = await loadSession(await loadInteraction(house, site, input), input)
  const pending = await takeInteraction(house, site, input)
  if (input.decision === 'deny')
    return answerPartyRefusal(pending, { name: 'Consent', cause: 'consent_refused', code: 'access_denied' })
  return answerWithSession(pending, session, input.cookies, undefined, true)
}

/** The session the request is about, in the browser that has it. */
async function loadSession(
  { house, site, sessionId }: PendingInteraction,
  { cookies }: InteractionInput,
): Promise<SessionRecord> {
  const session = await findSession(house, site, cookies)
  if (session && sessionId === session.id) return session
  throw new VestibuleError(
    'invalid_request',
    'You are not signed in any more. Start again from the application.',
  )
}

function renderConsentPage({ site, party, request, token }: PendingInteraction, session: SessionRecord) {
  const { email } = session.profile as Profile
  const asked = Object.entries(scopeWords).filter(([scope]) => asksFor(request, scope))
  const items = asked.map(([, words]) => html`<li>${words}</li>`)
  return renderEndUserPage({
    title: `Allow ${party.name}?`,
    brand: site,
    body: html`<h1 class="title">Allow ${party.name}?</h1>
<p class="lead">You are signed in as ${email ?? session.subject}. The application asks for</p>
<ul class="asked">${items.length > 0 ? items : html`<li>nothing but that it is you</li>`}</ul>
<form method="post" action="/consent"><input type="hidden" name="i" value="${token}">
<button class="button" type="submit" name="decision" value="allow">Allow</button>
<button class="button-secondary" type="submit" name="decision" value="deny">Do not allow</button>
</form>`,
  })
}

/** By the scope, or by the name of a claim that belongs to it (OpenID Connect Core §5.5). */
function asksFor({ scope, claims }: AuthorizeRequest, wanted: string): boolean {
  if (hasScope(scope, wanted)) return true
  if (claims === null || claims === 'invalid') return false
  const named = Object.keys({ ...claims.userinfo, ...claims.id_token })
  return named.some((claim) => scopeClaims[wanted]?.includes(claim))
}

const scopeWords: Record<string, string> = {
  openid: 'who you are',
  profile: 'your name and what else your profile says',
  email: 'your e-mail address',
  address: 'your postal address',
  phone: 'your phone number',
  offline_access: 'to stay signed in while you are away',
}
