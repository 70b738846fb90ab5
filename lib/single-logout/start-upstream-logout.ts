import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { mintToken } from '../base/ids.ts'
import { type LogoutSending, nameIdOf, sendLogoutRequest } from '../connections/saml/saml-logout.ts'
import type { House } from '../house.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import { insertLogoutRequest } from '../store/logout-requests.ts'
import type { UpstreamSessionRow } from '../store/sessions.ts'
import type { Origin } from '../traces/record-trace.ts'
import type { Site } from './begin-logout.ts'

/** A logout from which nobody has come back after this time is forgotten, in seconds. */
const logoutSeconds = 15 * 60

/** What is remembered of a logout while the browser is at the identity provider. */
export type PendingLogout = { nameId: string; sessionIds: string[]; origin: Origin }

/** Who signs out: the name they were given with, and their sessions, which end when the identity provider confirms it. */
export type LeavingPerson = {
  nameId: string
  sessions: Pick<UpstreamSessionRow, 'id' | 'subject' | 'details'>[]
}

/**
 * Stores the logout and sends the browser to the identity provider, whose connection must take part in single logout.
 * `redirectUrl` is trusted: whoever calls has checked that it is registered.
 */
export async function startUpstreamLogout(
  house: House,
  site: Site,
  input: {
    connection: ConnectionRecord
    person: LeavingPerson
    redirectUrl: string | null
    origin: Origin
  },
): Promise<LogoutSending> {
  const { connection, redirectUrl, origin } = input
  const { nameId, sessions } = input.person
  const relayState = mintToken(house.random)
  const id = `_${house.random.bytes(20).toString('hex')}`
  const now = house.clock.now()
  const [newest] = sessions
  const indexes = sessions.map(({ details }) => details.sessionIndex).filter((index) => index !== undefined)
  const sending = await sendLogoutRequest(
    house,
    { connection, issuer: site.issuer },
    {
      id,
      nameId: newest ? nameIdOf(newest) : { value: nameId },
      sessionIndexes: [...new Set(indexes)],
      relayState,
    },
  )
  const pending: PendingLogout = { nameId, sessionIds: sessions.map((one) => one.id), origin }
  await insertLogoutRequest(house.db, {
    id: sha256(relayState),
    organizationId: site.id,
    connectionId: connection.id,
    upstreamRequestId: id,
    redirectUrl,
    request: pending,
    createdAt: now,
    expiresAt: secondsAfter(now, logoutSeconds),
  })
  return sending
}
