import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import type { Profile } from '../oauth/profile.ts'
import { findSession } from '../sessions/find-session.ts'
import { type ConnectionRecord, findConnections } from '../store/connections.ts'
import type { SessionRecord } from '../store/sessions.ts'
import { findTenant } from '../store/tenants.ts'
import { allowsRegistration } from '../tenants/tenant.ts'
import type { LoginOutcome, Site } from './attempt.ts'
import { type Choices, findChoices, findOwner, forProduct, type LoginTenant } from './choose-way.ts'
import { type InteractionInput, loadInteraction, type PendingInteraction } from './interaction.ts'
import { type LoginView, renderLoginPage, renderWhereToBegin } from './login-page.ts'
import { readRememberedConnections } from './remembered-connections.ts'

/**
 * The page on which a person says who they are, for a request that waits. Without one it says where to begin, and who
 * is signed in. Throws `invalid_request`, for a page.
 */
export async function showLogin(house: House, site: Site, input: InteractionInput): Promise<LoginOutcome> {
  if (input.token === '') return showWhereToBegin(house, site, input)
  const pending = await loadInteraction(house, site, input)
  const session = await findAccount(pending, input.cookies)
  const choices = await loadChoices(pending)
  const remembered = choices.tenant === null ? await findRemembered(pending, input.cookies) : []
  const email = pending.request.loginHint ?? (session ? null : await priorEmail(pending, input.cookies))
  return respondPage(200, pending, choices, { email, account: session, remembered })
}

async function showWhereToBegin(
  house: House,
  site: Site,
  { cookies }: InteractionInput,
): Promise<LoginOutcome> {
  const session = await findSession(house, site, cookies)
  const account = session && describeAccount(session)
  return { kind: 'page', status: 200, html: renderWhereToBegin(site, account), cookies: [] }
}

/** The page again, with what is to be said. */
export function respondPage(
  status: number,
  pending: PendingInteraction,
  choices: Choices,
  more: Partial<Omit<LoginView, 'account'>> & { account?: SessionRecord | null },
): LoginOutcome {
  const { site, party, token, request } = pending
  const { account, ...rest } = more
  const html = renderLoginPage({
    site,
    application: party.name,
    token,
    action: '/login',
    tenant: choices.tenant?.name ?? null,
    connections: choices.connections,
    remembered: [],
    password: choices.password,
    email: null,
    step: 'start',
    passkey: null,
    problem: null,
    companies: [],
    company: null,
    newcomers: placesForNewcomers(choices.tenant, token),
    ...rest,
    account: account ? describeAccount(account) : null,
  })
  return { kind: 'page', status, html, cookies: [], onward: request.redirectUri }
}

/** Only of a company that is known, and where its admins let people come by themselves. */
function placesForNewcomers(tenant: LoginTenant | null, token: string): LoginView['newcomers'] {
  const place = (page: string) => `${page}?${new URLSearchParams({ tenant: tenant!.slug, i: token })}`
  return {
    register: tenant && allowsRegistration(tenant) ? place('/register') : null,
    join: tenant?.joinRequestsEnabled ? place('/join') : null,
  }
}

/** What the tenant of the request offers; where it names none, that of the hinted address. */
export async function loadChoices(pending: PendingInteraction): Promise<Choices> {
  return findChoices(pending, await loadTenant(pending))
}

async function loadTenant(pending: PendingInteraction): Promise<LoginTenant | null> {
  const { house, site, request } = pending
  const named = await loadNamedTenant(pending)
  if (named !== null) return named
  return request.loginHint ? findOwner({ house, site }, request.loginHint) : null
}

/** The tenant the application named; null where it named none. Throws `invalid_request` when it is gone. */
export async function loadNamedTenant({
  house,
  site,
  request,
}: PendingInteraction): Promise<LoginTenant | null> {
  const named = request.client?.kind === 'application' ? request.client.tenant : null
  if (named === null) return null
  const tenant = await findTenant(house.db, site.id, named)
  if (!tenant)
    throw new VestibuleError('invalid_request', 'The company this sign-in was for is not here any more.')
  return tenant
}

/** Who is signed in, where the application wants the person to choose (`prompt=select_account`). */
async function findAccount(
  { house, site, request }: PendingInteraction,
  cookies: ReadonlyMap<string, string>,
): Promise<SessionRecord | null> {
  const mayGoOn = request.prompt.includes('select_account') && !request.prompt.includes('login')
  return mayGoOn ? findSession(house, site, cookies) : null
}

/** The address of whoever has to sign in again, so that it need not be typed. */
async function priorEmail(
  { house, site, priorSessionId }: PendingInteraction,
  cookies: ReadonlyMap<string, string>,
): Promise<string | null> {
  if (priorSessionId === null) return null
  const session = await findSession(house, site, cookies)
  return session && (session.profile as Profile).email
}

/** The connection that last worked in this browser, for somebody whose company is not known yet. */
async function findRemembered(
  { house, site, party }: PendingInteraction,
  cookies: ReadonlyMap<string, string>,
): Promise<ConnectionRecord[]> {
  const [clientId] = readRememberedConnections(house.config.secure, cookies)
  if (!clientId) return []
  const found = await findConnections(house.db, site.id, { clientId, ...forProduct(party) })
  return found.filter(({ active }) => active)
}

function describeAccount(session: SessionRecord): LoginView['account'] {
  const { email, firstName, lastName } = session.profile as Profile
  const name = [firstName, lastName].filter(Boolean).join(' ')
  return { name: name || (email ?? session.subject), note: name ? (email ?? '') : '' }
}
