import type { Check } from '../base/check.ts'
import { sha256 } from '../base/encoding.ts'
import { providerName } from '../connections/provider-name.ts'
import { hasSingleLogout, judgeLogoutRequest, sendLogoutResponse } from '../connections/saml/saml-logout.ts'
import type { House } from '../house.ts'
import type { LogoutVerdict, VerifiedLogoutRequest } from '../saml/verify-logout.ts'
import { type ConnectionRecord, findConnectionByClientId, findConnections } from '../store/connections.ts'
import { rememberValue } from '../store/seen-values.ts'
import { countUntoldApplications, type EndedSession, endSessions } from '../store/sessions.ts'
import type { SingleLogoutOutcome, Site } from './begin-logout.ts'
import { recordSignOut, refuse } from './record-sign-out.ts'
import { refuseMessage } from './refuse-message.ts'
import type { LogoutMessageInput } from './take-logout-message.ts'

/** At most this many connections of one identity provider are considered. */
const candidateLimit = 50

const onceCheck = 'Request is used once'

type RequestInput = LogoutMessageInput & { issuer: string; relayState: string }
type Accepted = { connection: ConnectionRecord; verified: VerifiedLogoutRequest; checks: Check[] }

/**
 * Does what an identity provider asks: ends the person's sessions of the connections it belongs to, tells the
 * applications, and answers. The request counts for exactly those connections whose own issuer, certificates and address
 * it fits, and once for each.
 */
export async function obeyLogoutRequest(
  house: House,
  site: Site,
  input: RequestInput,
): Promise<SingleLogoutOutcome> {
  const accepted = await accept(house, site, input)
  const ended: EndedSession[] = []
  for (const one of accepted) ended.push(...(await endTheirs(house, site, input, one)))
  const untold = await countUntoldApplications(
    house.db,
    ended.map(({ id }) => id),
  )
  const answering = accepted.find(({ connection }) => hasSingleLogout(connection))
  if (!answering) return { kind: 'signed-out', cookies: [] }
  const party = { connection: answering.connection, issuer: site.issuer }
  const sending = await sendLogoutResponse(house, party, {
    id: `_${house.random.bytes(20).toString('hex')}`,
    inResponseTo: answering.verified.id,
    status: untold === 0 ? 'Success' : 'PartialLogout',
    relayState: input.relayState,
  })
  return { ...sending, cookies: [] }
}

/** The connections the request holds for, each remembered as having seen it. Refuses when there is none. */
async function accept(house: House, site: Site, input: RequestInput): Promise<Accepted[]> {
  const candidates = await findCandidates(house, site, input)
  if (candidates.length === 0)
    return refuse(house, site, input.origin, { cause: 'logout_issuer_unknown', received: input.issuer })
  const judged = await Promise.all(
    candidates.map(async (connection) => ({
      connection,
      verdict: await judgeLogoutRequest(house, { connection, issuer: site.issuer }, input.delivery),
    })),
  )
  const held = judged.flatMap(({ connection, verdict }) =>
    verdict.ok ? [{ connection, verified: verdict.verified, checks: verdict.checks }] : [],
  )
  if (held.length === 0) {
    const { connection, verdict } = closest(judged)
    return refuseMessage(house, site, input, connection, verdict)
  }
  const fresh: Accepted[] = []
  for (const one of held) if (await isFirst(house, one)) fresh.push(one)
  if (fresh.length > 0) return fresh
  const [{ connection, checks }] = held as [Accepted]
  const refused = { cause: 'saml_replayed' as const, checks: [...checks, { name: onceCheck, ok: false }] }
  return refuseMessage(house, site, input, connection, refused)
}

async function findCandidates(
  house: House,
  site: Site,
  { clientId, issuer }: RequestInput,
): Promise<ConnectionRecord[]> {
  if (clientId === null)
    return findConnections(house.db, site.id, { upstreamId: issuer, kind: 'saml' }, { limit: candidateLimit })
  const connection = await findConnectionByClientId(house.db, site.id, clientId)
  return connection?.kind === 'saml' ? [connection] : []
}

type Judged = { connection: ConnectionRecord; verdict: LogoutVerdict<VerifiedLogoutRequest> }
type Refused = { connection: ConnectionRecord; verdict: Extract<Judged['verdict'], { ok: false }> }

/** Of several refusals the one that got furthest says most. */
function closest(judged: Judged[]): Refused {
  const byDepth = judged.toSorted((a, b) => b.verdict.checks.length - a.verdict.checks.length)
  return byDepth[0] as Refused
}

function isFirst(house: House, { connection, verified }: Accepted): Promise<boolean> {
  const { id, expiresAt } = verified
  return rememberValue(house.db, { scope: `saml-logout:${connection.id}`, hash: sha256(id), expiresAt })
}

async function endTheirs(
  house: House,
  site: Site,
  input: RequestInput,
  { connection, verified, checks }: Accepted,
): Promise<EndedSession[]> {
  const { nameId, sessionIndexes } = verified
  const ended = await endSessions(
    house.db,
    site.id,
    {
      connectionId: connection.id,
      upstreamSubject: nameId.value,
      ...(sessionIndexes.length > 0 && { sessionIndexes }),
    },
    house.clock.now(),
    { keepOffline: true },
  )
  await recordSignOut(house, site, input.origin, {
    connection,
    subject: nameId.value,
    outcome: 'success',
    sentence: describe(nameId.value, providerName(connection.upstreamId), ended.length),
    checks: [
      ...checks,
      { name: onceCheck, ok: true },
      { name: 'Sessions of the person', ok: true, received: `${ended.length} ended` },
    ],
  })
  return ended
}

function describe(person: string, idp: string, count: number): string {
  const what =
    count === 0
      ? 'Nothing of theirs was open here'
      : count === 1
        ? 'One session ended'
        : `${count} sessions ended`
  return `${person} was signed out by ${idp}. ${what}.`
}
