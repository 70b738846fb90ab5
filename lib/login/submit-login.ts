import { isVestibuleError, VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import { signInUser, type UserSignIn } from '../directory/sign-in-user.ts'
import { userProfile } from '../directory/user-claims.ts'
import type { House } from '../house.ts'
import { checkStorable } from '../http/body.ts'
import type { Profile } from '../oauth/profile.ts'
import { findSession } from '../sessions/find-session.ts'
import { findConnections } from '../store/connections.ts'
import type { UserRecord } from '../store/users.ts'
import { recordTrace, type TraceEntry } from '../traces/record-trace.ts'
import { answerWithSession } from './answer-with-session.ts'
import type { LoginOutcome, Site } from './attempt.ts'
import { isUsable } from './begin-application-login.ts'
import { chooseWay, forProduct } from './choose-way.ts'
import {
  type InteractionInput,
  loadInteraction,
  type PendingInteraction,
  takeInteraction,
} from './interaction.ts'
import { openSession } from './open-session.ts'
import { loadChoices, loadNamedTenant, respondPage } from './show-login.ts'
import { startLogin } from './start-login.ts'

/** What the person sent: one of these, the first that is there. */
export type LoginForm = {
  /** `session`: go on as whoever is signed in. */
  account: string
  /** The clientID of a connection. */
  connection: string
  /** The tenant among several that know the address. */
  company: string
  email: string
  password: string
}

export type SubmitInput = InteractionInput & { form: LoginForm }

/**
 * Goes on with what the person sent from the login page: to an identity provider, to the next step of the page, or back
 * to the application. Throws `invalid_request`, for a page, when the request is over.
 */
export async function submitLogin(house: House, site: Site, input: SubmitInput): Promise<LoginOutcome> {
  const pending = await loadInteraction(house, site, input)
  const { form } = input
  checkStorable(form)
  if (form.account === 'session') return goOnAsBefore(pending, input)
  if (form.connection) return goToConnection(pending, input, form.connection)
  const email = form.email.trim()
  if (!/^[^\s@]+@[^\s@]+$/.test(email) || email.length > 320) {
    const problem = 'Enter your e-mail address, such as ada@company.com.'
    return respondPage(400, pending, await loadChoices(pending), { email, problem })
  }
  if (form.password) return checkPassword(pending, input, email)
  return form.company ? askPassword(pending, email, form.company) : followEmail(pending, input, email)
}

/** The session that is there already, if it still is and fits the request. */
async function goOnAsBefore(pending: PendingInteraction, input: SubmitInput): Promise<LoginOutcome> {
  const { house, site, expectedSubject } = pending
  const session = await findSession(house, site, input.cookies)
  const fits = session !== null && (await isUsable(pending, session, expectedSubject))
  if (!fits || pending.request.prompt.includes('login'))
    return respondPage(200, pending, await loadChoices(pending), {
      problem: 'Please sign in again for this application.',
    })
  await takeInteraction(house, site, input)
  return answerWithSession(pending, session, input.cookies)
}

/** A button of the page: a connection of the tenant, or the one this browser remembers. */
async function goToConnection(
  pending: PendingInteraction,
  input: SubmitInput,
  clientId: string,
): Promise<LoginOutcome> {
  const { house, site, party } = pending
  const tenant = await loadNamedTenant(pending)
  const filter = { clientId, ...forProduct(party), ...(tenant && { tenants: [tenant.slug] }) }
  const [connection] = await findConnections(house.db, site.id, filter, { limit: 1 })
  if (!connection?.active)
    return respondPage(400, pending, await loadChoices(pending), {
      problem: 'This way to sign in is not there any more. Choose another one.',
    })
  return startAt(pending, input, connection)
}

function startAt(
  pending: PendingInteraction,
  { cookies, origin }: SubmitInput,
  connection: Parameters<typeof startLogin>[2]['connection'],
): Promise<LoginOutcome> {
  const { house, site, request, party, expectedSubject, priorSessionId } = pending
  return startLogin(house, site, {
    connection,
    purpose: 'sign-in',
    authorize: request,
    application: { kind: party.kind, id: party.id, expectedSubject, priorSessionId },
    cookies,
    origin,
  })
}

/** The domain of the address decides; where it belongs to nobody, whoever they are is asked for a password. */
async function followEmail(
  pending: PendingInteraction,
  input: SubmitInput,
  email: string,
): Promise<LoginOutcome> {
  const request = { ...pending.request, loginHint: email, idpHint: null }
  const typed = { ...pending, request }
  const way = await chooseWay(typed, { email, choosing: false })
  if (way.kind === 'connection') return startAt(typed, input, way.connection)
  const choices = way.kind === 'page' ? way : await loadChoices(pending)
  if (choices.password) return respondPage(200, pending, choices, { email, step: 'password' })
  const problem =
    choices.connections.length > 0
      ? 'Choose one of the ways to sign in above.'
      : 'There is no sign-in set up for this address here. Ask your administrator.'
  return respondPage(200, pending, choices, { email, problem })
}

async function askPassword(
  pending: PendingInteraction,
  email: string,
  company: string,
): Promise<LoginOutcome> {
  return respondPage(200, pending, await loadChoices(pending), { email, company, step: 'password' })
}

async function checkPassword(
  pending: PendingInteraction,
  input: SubmitInput,
  email: string,
): Promise<LoginOutcome> {
  const { house, site, origin } = pending
  const company = input.form.company || null
  const named = await loadNamedTenant(pending)
  const tenantId = named?.id ?? company
  const attempt = { organizationId: site.id, tenantId, email, password: input.form.password, ...origin }
  let found: UserSignIn
  try {
    found = await signInUser(house, attempt)
  } catch (thrown) {
    return refusePassword(pending, { email, company }, thrown)
  }
  if (found.ambiguous) {
    const choices = await loadChoices(pending)
    return respondPage(200, pending, choices, { email, companies: found.ambiguous, step: 'company' })
  }
  await takeInteraction(house, site, input)
  return enter(pending, input, found.user)
}

/** The page again, and a trace for the admin who is asked why. */
async function refusePassword(
  pending: PendingInteraction,
  typed: { email: string; company: string | null },
  thrown: unknown,
): Promise<LoginOutcome> {
  if (!isVestibuleError(thrown) || !['unauthorized', 'rate_limited'].includes(thrown.code)) throw thrown
  const cause = thrown.code === 'rate_limited' ? 'password_limited' : 'password_wrong'
  const choices = await loadChoices(pending)
  await recordTrace(pending.house, {
    ...describe(pending, choices.tenant?.slug ?? ''),
    outcome: 'failure',
    cause,
    sentence: sentences[cause](typed.email),
    checks: [{ name: 'Password', ok: false }],
    email: typed.email,
  })
  const status = thrown.code === 'rate_limited' ? 429 : 401
  return respondPage(status, pending, choices, { ...typed, step: 'password', problem: thrown.message })
}

const sentences = {
  password_wrong: (email: string) =>
    `Somebody tried to sign in as ${email} with a wrong password, or there is nobody of that address who may use one here.`,
  password_limited: (email: string) =>
    `Too many tries to sign in as ${email}, or from this network. Further ones are refused for a while.`,
}

/** `acr` of a password over TLS (saml-authn-context-2.0-os §3.4.10), and `amr` (RFC 8176 §2). */
const passwordClass = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport'

async function enter(
  pending: PendingInteraction,
  input: SubmitInput,
  user: UserRecord,
): Promise<LoginOutcome> {
  const { house, site, party, origin, priorSessionId } = pending
  const person = {
    organizationId: site.id,
    tenantId: user.tenantId,
    tenant: user.tenant,
    userId: user.id,
    subject: user.id,
    profile: toProfile(user),
    amr: ['pwd'],
    acr: passwordClass,
    authenticatedAt: house.clock.now(),
    notAfter: null,
    upstream: null,
  }
  const opened = await openSession(house, person, { cookies: input.cookies, priorSessionId, ...origin })
  if (!opened) throw new VestibuleError('internal', 'Something went wrong on our side.')
  const trace: TraceEntry & { outcome: 'success' } = {
    ...describe(pending, user.tenant),
    outcome: 'success',
    sentence: `${user.email} signed in to ${party.name} with a password.`,
    checks: [{ name: 'Password', ok: true }],
    subject: user.id,
    email: user.email,
  }
  const outcome = await answerWithSession(pending, opened.session, input.cookies, trace)
  return { ...outcome, cookies: [opened.cookie, ...outcome.cookies] }
}

function toProfile(user: UserRecord): Profile {
  const { updatedAt, ...profile } = userProfile(user)
  return {
    ...profile,
    roles: null,
    groups: null,
    raw: {},
    updatedAt: Math.floor(updatedAt.getTime() / 1000),
  }
}

function describe({ house, site, party, origin }: PendingInteraction, tenant: string) {
  return {
    id: mintId('trc', house.clock.now(), house.random),
    organizationId: site.id,
    tenant,
    product: party.product ?? '',
    connection: null,
    purpose: 'sign-in' as const,
    origin,
  }
}
