import { mintId } from '../base/ids.ts'
import type { ConnectionKind, FinishOutcome } from '../connections/contract.ts'
import { readUnsolicited, type Sender } from '../connections/read-unsolicited.ts'
import { connectionTypes } from '../connections/registry.ts'
import type { House } from '../house.ts'
import { type ConnectionRecord, findConnectionByClientId, findConnections } from '../store/connections.ts'
import { rememberAssertion } from '../store/grants.ts'
import type { LoginOutcome, Site } from './attempt.ts'
import { chosenField, renderChooseConnectionPage } from './choose-connection-page.ts'
import { concludeAccepted } from './conclude-login.ts'
import { concludeRefused, refusalOf } from './conclude-refused.ts'
import type { LoginCause } from './login-causes.ts'
import { requestOfNobody } from './request-of-nobody.ts'
import { type FinishLoginInput, refuseAnswer, type TakenLogin } from './take-login.ts'
import { isTestIdpOfLiveTenant } from './test-idp-of-live-tenant.ts'

/** At most this many connections of one identity provider are considered. */
const candidateLimit = 50

type Judged = { connection: ConnectionRecord; outcome: FinishOutcome }
type Accepted = { connection: ConnectionRecord; outcome: Extract<FinishOutcome, { ok: true }> }

/**
 * Takes an answer that no request of ours asked for (IdP-initiated login, saml-profiles-2.0 §4.1.5). It counts for the
 * connections that allow it and that it fits; where those are several, the person chooses. A refusal is a page: there is
 * no client that waits for it.
 */
export async function finishUnsolicited(
  house: House,
  site: Site,
  input: FinishLoginInput,
): Promise<LoginOutcome> {
  const { parameters } = input
  const sender = readUnsolicited(parameters)
  if (!sender) {
    const returned = parameters.get('RelayState') || parameters.get('state')
    return refuseAnswer(house, site, input, returned ? 'login_unknown' : 'login_unsolicited')
  }
  const candidates = await findCandidates(house, site, sender, input.clientId)
  const named = input.clientId ?? parameters.get(chosenField)
  const meant = candidates.filter(({ clientId }) => named === null || clientId === named)
  const [first] = meant
  if (!first) return refuseAnswer(house, site, input, 'login_unsolicited')
  if (!meant.some((one) => whyUnwilling(site, one) === null))
    return concludeRefused(take(house, site, input, first), refusalOf(whyUnwilling(site, first)!, first))
  const willing = candidates.filter((one) => whyUnwilling(site, one) === null)
  const judged = await Promise.all(willing.map((one) => judge(house, site, one, parameters)))
  const fitting = judged.filter((one): one is Accepted => one.outcome.ok)
  const accepted = fitting.filter(({ connection }) => meant.includes(connection))
  const [chosen, ...others] = accepted
  if (!chosen) {
    const { connection, outcome } = closest(judged.filter((one) => meant.includes(one.connection)))
    return concludeRefused(take(house, site, input, connection), outcome)
  }
  if (others.length > 0) {
    const html = renderChooseConnectionPage(
      site,
      input,
      accepted.map(({ connection }) => connection),
    )
    return { kind: 'page', status: 200, html, cookies: [] }
  }
  return conclude(house, site, input, chosen, fitting)
}

async function findCandidates(
  house: House,
  site: Site,
  { kind, upstreamId }: Sender,
  clientId: string | null,
): Promise<ConnectionRecord[]> {
  const found =
    upstreamId === null
      ? []
      : await findConnections(house.db, site.id, { upstreamId, kind }, { limit: candidateLimit })
  if (clientId === null || found.some((one) => one.clientId === clientId)) return found
  // The address names a connection of another identity provider: it says what is wrong with the answer.
  const addressed = await findConnectionByClientId(house.db, site.id, clientId)
  return addressed?.kind === kind ? [...found, addressed] : found
}

/** Why a connection takes nothing it did not ask for; null: it does. */
function whyUnwilling(site: Site, connection: ConnectionRecord): LoginCause | null {
  if (!connection.active) return 'login_connection_deactivated'
  if (!connection.allowUnsolicited) return 'login_unsolicited_not_allowed'
  return isTestIdpOfLiveTenant(site, connection) ? 'login_test_idp_for_live_tenant' : null
}

async function judge(
  house: House,
  site: Site,
  connection: ConnectionRecord,
  parameters: URLSearchParams,
): Promise<Judged> {
  const type = connectionTypes[connection.kind as ConnectionKind]
  const asked = { upstreamRequestId: null, upstreamState: null }
  return {
    connection,
    outcome: await type.finish(house, { connection, issuer: site.issuer, ...asked, parameters }),
  }
}

type Refusal = Extract<FinishOutcome, { ok: false }>

/** Of several refusals the one that got furthest says most. */
function closest(judged: Judged[]): { connection: ConnectionRecord; outcome: Refusal } {
  const byDepth = judged.toSorted((a, b) => b.outcome.checks.length - a.outcome.checks.length)
  return byDepth[0] as { connection: ConnectionRecord; outcome: Refusal }
}

/**
 * Signs in through the chosen connection. The answer is used up for the others it fits as well: whoever got hold of it
 * could otherwise choose a second time.
 */
async function conclude(
  house: House,
  site: Site,
  input: FinishLoginInput,
  { connection, outcome }: Accepted,
  fitting: Accepted[],
): Promise<LoginOutcome> {
  const taken = take(house, site, input, connection)
  for (const other of fitting) {
    if (other.connection === connection) continue
    if (!(await rememberAssertion(house.db, other.connection.id, other.outcome.once)))
      return concludeRefused(taken, refusalOf('saml_replayed', connection))
  }
  return concludeAccepted(taken, outcome)
}

function take(house: House, site: Site, input: FinishLoginInput, connection: ConnectionRecord): TakenLogin {
  const { origin, cookies, parameters } = input
  return {
    house,
    site,
    origin,
    cookies,
    traceId: mintId('trc', house.clock.now(), house.random),
    connection,
    upstreamRequestId: null,
    upstreamState: null,
    begunAt: null,
    pending: {
      purpose: 'sign-in',
      authorize: requestOfNobody(connection, parameters.get('RelayState') ?? ''),
      application: null,
      isIdPFlow: true,
      origin,
    },
  }
}
