import { equalsConstantTime, sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { type IdTokenHint, readIdTokenHint } from '../oauth/id-token-hint.ts'
import { type EndedSession, endSessions, findSessionById, type SessionRecord } from '../store/sessions.ts'
import { findSession } from './find-session.ts'
import { checkLogoutClient } from './logout-client.ts'
import { type LogoutRequest, parseLogoutRequest } from './logout-request.ts'
import { readSessionCookie } from './session-cookie.ts'
import { tellApplicationsSoon } from './tell-applications.ts'

export type LogoutOutcome =
  /** The person is asked; the answer is posted here with `confirmation`. */
  | { kind: 'question'; request: LogoutRequest; session: SessionRecord; confirmation: string }
  /** Another site posted the request, which keeps our cookie away: it is read again from the address. */
  | { kind: 'again'; request: LogoutRequest }
  /** The person wants to stay signed in. */
  | { kind: 'stayed' }
  /**
   * Nobody is signed in in this browser any more. `ended` are the sessions that ended now, with what names them at
   * their identity providers, where the person wants to leave as well if `everywhere`; `redirectUrl` is where the
   * application wants the person, null for our own page.
   */
  | { kind: 'done'; ended: EndedSession[]; everywhere: boolean; redirectUrl: string | null }

/**
 * RP-initiated logout (OpenID Connect RP-Initiated Logout 1.0). An ID token of the session in this browser ends it at
 * once, for nobody else has one; any other request is put to the person first, so that no link can sign people out.
 * What was granted for times without the person stays (Back-Channel Logout 1.0 §2.7); the applications of the session
 * hear of it. Throws `logout_refused` for a token that is not ours and an address that is not the client's.
 */
export async function logOut(
  house: House,
  site: { id: string; issuer: string },
  input: { method: string; parameters: URLSearchParams; cookies: ReadonlyMap<string, string> },
): Promise<LogoutOutcome> {
  const request = parseLogoutRequest(input.parameters)
  const hint = await readHint(house, site, request)
  const client = await checkLogoutClient(house, site.id, request, hint)
  const cookie = readSessionCookie(house.config.secure, input.cookies)
  const posted = input.method === 'POST'
  if (posted && cookie === null && request.confirmation === null) return { kind: 'again', request }
  const session = await findSession(house, site, input.cookies)
  if (!session) return end(house, site.id, await findUnheldSession(house, site.id, hint), request)
  const confirmation = confirmationOf(cookie!)
  const confirmed = posted && equalsConstantTime(request.confirmation ?? '', confirmation)
  if (confirmed && request.answer === 'stay') return { kind: 'stayed' }
  const leaves = confirmed && request.answer !== null
  if (leaves || (hint && isAbout(hint, client, session))) return end(house, site.id, session, request)
  return { kind: 'question', request, session, confirmation }
}

async function readHint(
  house: House,
  site: { id: string; issuer: string },
  request: LogoutRequest,
): Promise<IdTokenHint | null> {
  if (request.idTokenHint === null) return null
  const hint = await readIdTokenHint(house, site, request.idTokenHint)
  if (hint) return hint
  throw new VestibuleError('logout_refused', 'The ID token the application sent was not issued here.')
}

/** A value only this browser's own page can hold: it follows from the cookie, and the cookie does not from it. */
function confirmationOf(cookie: string): string {
  return sha256(`sign out\n${cookie}`)
}

/**
 * Whether the ID token is of the person who is signed in. The subject counts in those of applications alone: of a
 * connection that is its own client an identity provider names it, and could name anybody.
 */
function isAbout(
  hint: IdTokenHint,
  client: 'application' | 'connection' | null,
  session: SessionRecord,
): boolean {
  return hint.sessionId === session.id || (client === 'application' && hint.subject === session.subject)
}

/** The session of the ID token where no browser holds it: of a connection that is its own client. */
async function findUnheldSession(
  house: House,
  organizationId: string,
  hint: IdTokenHint | null,
): Promise<SessionRecord | null> {
  if (!hint?.sessionId) return null
  const session = await findSessionById(house.db, organizationId, hint.sessionId)
  return session?.cookieHash === null ? session : null
}

async function end(
  house: House,
  organizationId: string,
  session: SessionRecord | null,
  request: LogoutRequest,
): Promise<LogoutOutcome> {
  const ended = session
    ? await endSessions(house.db, organizationId, { ids: [session.id] }, house.clock.now(), {
        keepOffline: true,
      })
    : []
  if (ended.length > 0) tellApplicationsSoon(house)
  const everywhere = request.answer === 'everywhere'
  return { kind: 'done', ended, everywhere, redirectUrl: redirectUrlOf(request) }
}

/** With `state` as it came; parameters the address has of its own stay. */
function redirectUrlOf({ postLogoutRedirectUri, state }: LogoutRequest): string | null {
  if (postLogoutRedirectUri === null || state === null) return postLogoutRedirectUri
  const separator = postLogoutRedirectUri.includes('?') ? '&' : '?'
  return `${postLogoutRedirectUri}${separator}${new URLSearchParams({ state })}`
}
