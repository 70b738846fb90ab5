import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import { mintToken } from '../base/ids.ts'
import type { House } from '../house.ts'
import type { AuthorizeRequest } from '../oauth/authorize-request.ts'
import {
  consumeInteraction,
  findInteraction,
  insertInteraction,
  type OpenInteraction,
} from '../store/interactions.ts'
import type { Origin } from '../traces/record-trace.ts'
import type { PendingAnswer } from './answer-with-session.ts'
import type { LoginOutcome, Site } from './attempt.ts'
import { bindToBrowser, browserHashOf, interactionSeconds } from './browser-binding.ts'
import { applicationParty, checkStillOpen, findParty, type Party } from './party.ts'

/** What is remembered of a request while the person is at a page of ours. */
type StoredRequest = {
  authorize: AuthorizeRequest
  expectedSubject: string | null
  priorSessionId: string | null
}

/** A request whose person is at a page of ours. */
export type PendingInteraction = PendingAnswer & {
  /** What names it in the address and form of the page. */
  token: string
  /** The session this browser had when it began; the person may be the same. */
  priorSessionId: string | null
  /** Who has signed in since, when only consent is missing. */
  sessionId: string | null
}

/** Keeps the request and sends the browser to the page that goes on with it: to sign in, or to consent. */
export async function openInteraction(
  pending: PendingAnswer & { priorSessionId?: string | null },
  cookies: ReadonlyMap<string, string>,
  { sessionId }: { sessionId: string | null },
): Promise<LoginOutcome> {
  const { house, site, party, request, expectedSubject, priorSessionId = null } = pending
  const token = mintToken(house.random)
  const now = house.clock.now()
  const binding = bindToBrowser(house.config.secure, cookies, house.random)
  await insertInteraction(house.db, {
    id: sha256(token),
    organizationId: site.id,
    applicationId: party.kind === 'application' ? party.id : null,
    jwtSsoTargetId: party.kind === 'jwt-sso-target' ? party.id : null,
    browserHash: binding.browserHash,
    request: { authorize: request, expectedSubject, priorSessionId } satisfies StoredRequest,
    sessionId,
    createdAt: now,
    expiresAt: secondsAfter(now, interactionSeconds),
  })
  const page = sessionId === null ? '/login' : '/consent'
  return { kind: 'redirect', url: `${page}?i=${token}`, cookies: [binding.cookie] }
}

export type InteractionInput = {
  token: string
  cookies: ReadonlyMap<string, string>
  origin: Origin
}

/** The request this page is for. Throws `invalid_request`, for a page, when it is over or another browser's. */
export async function loadInteraction(
  house: House,
  site: Site,
  input: InteractionInput,
): Promise<PendingInteraction> {
  return toPending(house, site, input, await readWith(findInteraction, house, site, input))
}

/** The same, used up by this: of any number of callers one gets it. */
export async function takeInteraction(
  house: House,
  site: Site,
  input: InteractionInput,
): Promise<PendingInteraction> {
  return toPending(house, site, input, await readWith(consumeInteraction, house, site, input))
}

async function readWith(
  read: typeof findInteraction,
  house: House,
  site: Site,
  { token, cookies }: InteractionInput,
): Promise<OpenInteraction | null> {
  const browserHash = browserHashOf(house.config.secure, cookies)
  if (!/^[A-Za-z0-9_-]{43}$/.test(token) || browserHash === null) return null
  return read(house.db, site.id, sha256(token), browserHash, house.clock.now())
}

async function toPending(
  house: House,
  site: Site,
  { token, origin }: InteractionInput,
  open: OpenInteraction | null,
): Promise<PendingInteraction> {
  const party = open && (await partyOf(house, site, open))
  if (!open || !party)
    throw new VestibuleError(
      'invalid_request',
      'This sign-in is over, took too long, or was begun in another browser. Start again from the application.',
    )
  const { application, interaction } = open
  const { authorize, expectedSubject, priorSessionId } = interaction.request as StoredRequest
  checkStillOpen(party, authorize)
  return {
    house,
    site,
    origin,
    request: authorize,
    application,
    party,
    connections: [],
    passed: [],
    expectedSubject,
    token,
    priorSessionId,
    sessionId: interaction.sessionId,
  }
}

/** Who waits, as it is now; an application came along with the interaction. */
async function partyOf(
  house: House,
  site: Site,
  { application, interaction }: OpenInteraction,
): Promise<Party | null> {
  if (application) return applicationParty(application)
  const id = interaction.jwtSsoTargetId
  return id === null ? null : findParty(house, site, { kind: 'jwt-sso-target', id })
}
