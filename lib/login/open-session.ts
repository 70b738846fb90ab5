import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import type { Profile } from '../oauth/profile.ts'
import { findSession } from '../sessions/find-session.ts'
import { mintSessionCookie } from '../sessions/session-cookie.ts'
import { rememberAssertion } from '../store/grants.ts'
import {
  endSessions,
  insertSession,
  insertSessionForAssertion,
  type NewSession,
  renewSession,
} from '../store/sessions.ts'
import type { AnsweringSession } from './answer-with-session.ts'

/** Somebody who has just been authenticated, by a connection or by a password. */
export type Authenticated = {
  organizationId: string
  tenantId: string
  tenant: string
  userId: string | null
  /** `sub` towards applications. */
  subject: string
  profile: Profile
  amr: string[]
  acr: string | null
  authenticatedAt: Date
  /** When the upstream's session is over at the latest. */
  notAfter: Date | null
  /** The connection that vouches for it, what must not come twice (null: used up already), and the session there; null for a password. */
  upstream: {
    connectionId: string
    once: { hash: string; expiresAt: Date } | null
    subject: string
    details: Record<string, string>
  } | null
}

/** The browser in which somebody has just been authenticated. */
type SigningBrowser = {
  cookies: ReadonlyMap<string, string>
  /** The session it had when the login began: its cookie stays away when another site posts to us. */
  priorSessionId: string | null
  address: string
  userAgent: string
}

export type OpenedSession = { session: AnsweringSession; cookie: string }

/** The browser keeps the cookie no longer than this; how long the session lives is decided here. In seconds. */
const cookieSeconds = 30 * 86_400

/**
 * Opens the session of a person in this browser under a new cookie. When it is the person of the session the browser
 * has, that one goes on; another person's is ended: nobody could sign out of it any more. Null when the assertion was
 * used before.
 */
export async function openSession(
  house: Pick<House, 'db' | 'clock' | 'random' | 'config'>,
  person: Authenticated,
  browser: SigningBrowser,
): Promise<OpenedSession | null> {
  const now = house.clock.now()
  const held = await findSession(house, { id: person.organizationId }, browser.cookies)
  const priorSessionId = held?.id ?? browser.priorSessionId
  const { cookie, cookieHash } = mintSessionCookie(house.config.secure, house.random, cookieSeconds)
  const row = toRow(person, browser, { now, cookieHash })
  const { upstream } = person
  const id = mintId('sid', now, house.random)
  if (priorSessionId !== null) {
    if (upstream?.once && !(await rememberAssertion(house.db, upstream.connectionId, upstream.once)))
      return null
    if (await renewSession(house.db, priorSessionId, row))
      return { session: toAnswering(priorSessionId, person), cookie }
    const prior = { ids: [priorSessionId] }
    await endSessions(house.db, person.organizationId, prior, now, { keepOffline: true })
    await insertSession(house.db, { ...row, id })
    return { session: toAnswering(id, person), cookie }
  }
  if (!upstream?.once) await insertSession(house.db, { ...row, id })
  else {
    const { connectionId, once } = upstream
    if (!(await insertSessionForAssertion(house.db, once, { ...row, id, connectionId }))) return null
  }
  return { session: toAnswering(id, person), cookie }
}

function toRow(
  person: Authenticated,
  browser: Pick<SigningBrowser, 'address' | 'userAgent'>,
  { now, cookieHash }: { now: Date; cookieHash: string },
): Omit<NewSession, 'id'> {
  const { organizationId, tenantId, userId, subject, profile, amr, acr, authenticatedAt, notAfter } = person
  return {
    organizationId,
    tenantId,
    connectionId: person.upstream?.connectionId ?? null,
    userId,
    cookieHash,
    subject,
    profile,
    amr,
    acr,
    authenticatedAt,
    upstreamSubject: person.upstream?.subject ?? null,
    upstream: person.upstream?.details ?? null,
    address: browser.address,
    userAgent: browser.userAgent,
    at: now,
    notAfter,
  }
}

function toAnswering(id: string, person: Authenticated): AnsweringSession {
  const { tenantId, tenant, userId, subject, profile, amr, acr, authenticatedAt, notAfter } = person
  const connectionId = person.upstream?.connectionId ?? null
  return {
    id,
    tenantId,
    tenant,
    connectionId,
    userId,
    subject,
    profile,
    amr,
    acr,
    authenticatedAt,
    expiresAt: notAfter,
  }
}
