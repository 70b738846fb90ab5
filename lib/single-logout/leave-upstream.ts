import { hasSingleLogout } from '../connections/saml/saml-logout.ts'
import type { House } from '../house.ts'
import { type ConnectionRecord, findConnectionByAnyId } from '../store/connections.ts'
import type { EndedSession, SessionRecord } from '../store/sessions.ts'
import type { Origin } from '../traces/record-trace.ts'
import type { SingleLogoutOutcome, Site } from './begin-logout.ts'
import { startUpstreamLogout } from './start-upstream-logout.ts'

/** The identity provider a session came from, if people can be signed out there as well; else null. */
export async function findUpstream(
  house: Pick<House, 'db'>,
  site: Pick<Site, 'id'>,
  session: Pick<SessionRecord, 'connectionId' | 'upstreamSubject'>,
): Promise<ConnectionRecord | null> {
  if (session.connectionId === null || session.upstreamSubject === null) return null
  const connection = await findConnectionByAnyId(house.db, site.id, session.connectionId)
  return connection?.kind === 'saml' && hasSingleLogout(connection) ? connection : null
}

/**
 * Signs somebody out at the identity provider as well, whose sessions here have just ended; they come back to
 * `redirectUrl`, or to our own page. Null when there is nobody to ask.
 */
export async function leaveUpstream(
  house: House,
  site: Site,
  input: { ended: EndedSession[]; redirectUrl: string | null; origin: Origin },
): Promise<SingleLogoutOutcome | null> {
  const [session] = input.ended
  const connection = session ? await findUpstream(house, site, session) : null
  if (!session || !connection) return null
  const details = (session.upstream ?? {}) as Record<string, string>
  const nameId = session.upstreamSubject!
  const person = { nameId, sessions: [{ id: session.id, subject: nameId, details }] }
  const { redirectUrl, origin } = input
  const sending = await startUpstreamLogout(house, site, { connection, person, redirectUrl, origin })
  return { ...sending, cookies: [] }
}
