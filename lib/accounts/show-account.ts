import type { House } from '../house.ts'
import type { Brand } from '../http/end-user-page.ts'
import { listFactors } from '../second-factor/second-factor.ts'
import { type ListedSession, listLiveSessions } from '../store/sessions.ts'
import { listOpenedApplications } from '../store/user-accounts.ts'
import { type AccountOutcome, showPage } from './account-outcome.ts'
import { renderAccountPage, renderNobody } from './account-page.ts'
import { findOwnSession, type OwnSession } from './own-session.ts'

export type AccountSite = Brand & { id: string; name: string; issuer: string }

/** So many sessions are shown; nobody has more browsers. */
const sessionsShown = 50

/** What was just done, as the page says it; the address names it. */
const doneWords: Record<string, string> = {
  password: 'Your password is changed. You are signed out everywhere else.',
  app: 'Your authenticator app is set up. You are asked for its code from now on.',
  passkey: 'Your passkey is kept. You can sign in with it from now on.',
  renamed: 'The new name is kept.',
  removed: 'It is removed.',
  ended: 'That browser is signed out.',
}

/** The page on which people look after their account, or, where nobody is signed in, where to do that. */
export async function showAccount(
  house: House,
  site: AccountSite,
  input: { cookies: ReadonlyMap<string, string>; done: string },
): Promise<AccountOutcome> {
  const own = await findOwnSession(house, site, input.cookies)
  if (!own) return showPage(200, renderNobody(site))
  return showOwn(house, site, own, { status: 200, problem: null, done: doneWords[input.done] ?? null })
}

/** The page again, with what is to be said. */
export async function showOwn(
  house: House,
  site: AccountSite,
  own: OwnSession,
  said: { status: number; problem: string | null; done: string | null },
): Promise<AccountOutcome> {
  const { user, session } = own
  const now = house.clock.now()
  const who = user ? { userId: user.id } : { sessionId: session.id }
  const [factors, sessions, applications] = await Promise.all([
    user && own.hasOwnSignIn ? listFactors(house, { organizationId: site.id, userId: user.id }) : null,
    user ? loadSessions(house, site.id, user.id) : [],
    listOpenedApplications(house.db, site.id, who, now),
  ])
  const html = renderAccountPage({ site, own, factors, sessions, applications, ...said })
  return showPage(said.status, html)
}

async function loadSessions(house: House, organizationId: string, userId: string): Promise<ListedSession[]> {
  const options = { now: house.clock.now(), userId, limit: sessionsShown }
  return (await listLiveSessions(house.db, organizationId, options)).data
}
