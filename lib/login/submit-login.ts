import { isVestibuleError } from '../base/errors.ts'
import { signInUser, type UserSignIn } from '../directory/sign-in-user.ts'
import type { House } from '../house.ts'
import { checkStorable } from '../http/body.ts'
import { findSession } from '../sessions/find-session.ts'
import { findConnections } from '../store/connections.ts'
import { recordTrace } from '../traces/record-trace.ts'
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
import { askForPasskey, signInByPasskey } from './passkey-sign-in.ts'
import { askSecondStep } from './second-step.ts'
import { loadChoices, loadNamedTenant, respondPage } from './show-login.ts'
import { describeSignIn, enterPlace, proofs } from './sign-in-place.ts'
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
  /** `ask`: to sign in with a passkey alone. */
  passkey: string
  /** What a passkey signed, as JSON. */
  answer: string
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
  if (form.answer) return enterByPasskey(pending, input)
  if (form.passkey === 'ask') return askPasskey(pending, input)
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
  const place = { house, site, origin, cookies: input.cookies, pending }
  return found.waiting ? askSecondStep(place, found.waiting) : enterPlace(place, found, proofs.password())
}

/** The page on which a passkey signs, with a challenge for this browser. */
async function askPasskey(
  pending: PendingInteraction,
  { cookies }: SubmitInput,
  problem: string | null = null,
): Promise<LoginOutcome> {
  const { house, site, origin } = pending
  const passkey = await askForPasskey({ house, site, origin, cookies, pending })
  const status = problem === null ? 200 : 401
  return respondPage(status, pending, await loadChoices(pending), { step: 'passkey', passkey, problem })
}

async function enterByPasskey(pending: PendingInteraction, input: SubmitInput): Promise<LoginOutcome> {
  const { house, site, origin } = pending
  const named = await loadNamedTenant(pending)
  const place = { house, site, origin, cookies: input.cookies, pending }
  try {
    return await signInByPasskey(place, { answer: input.form.answer, tenantId: named?.id ?? null })
  } catch (thrown) {
    if (!isVestibuleError(thrown) || thrown.code !== 'unauthorized') throw thrown
    await recordTrace(house, {
      ...describeSignIn(pending, named?.slug ?? ''),
      outcome: 'failure',
      cause: 'passkey_wrong',
      sentence:
        'Somebody tried to sign in with a passkey that is not known here, or whose owner may not sign in here.',
      checks: [{ name: 'Passkey', ok: false }],
    })
    return askPasskey(pending, input, thrown.message)
  }
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
    ...describeSignIn(pending, choices.tenant?.slug ?? ''),
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
