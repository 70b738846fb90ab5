import { equalsConstantTime } from '../base/encoding.ts'
import { isVestibuleError } from '../base/errors.ts'
import { signInUser } from '../directory/sign-in-user.ts'
import type { House } from '../house.ts'
import { checkStorable } from '../http/body.ts'
import type { Profile } from '../oauth/profile.ts'
import { findSession } from '../sessions/find-session.ts'
import type { Origin } from '../traces/record-trace.ts'
import type { LoginOutcome, Site } from './attempt.ts'
import { bindToBrowser, formProofOf } from './browser-binding.ts'
import { type LoginView, renderLoginPage } from './login-page.ts'
import { askForPasskey, signInByPasskey } from './passkey-sign-in.ts'
import { askSecondStep } from './second-step.ts'
import { enterPlace, proofs, type SignInPlace } from './sign-in-place.ts'

export type AccountSignInForm = {
  /** What shows that the form is ours. */
  proof: string
  email: string
  password: string
  company: string
  passkey: string
  answer: string
}

type Input = { cookies: ReadonlyMap<string, string>; origin: Origin }

/**
 * Where people sign in to look after their account, without an application: by password or passkey. Whoever is signed in
 * may do it again, since changes want a fresh sign-in.
 */
export async function showAccountSignIn(house: House, site: Site, input: Input): Promise<LoginOutcome> {
  const session = await findSession(house, site, input.cookies)
  const email = session && (session.profile as Profile).email
  return respond({ house, site, ...input, pending: null }, 200, { email })
}

/** The same limits and second step as for an application. A form that is not ours is shown again, and does nothing. */
export async function submitAccountSignIn(
  house: House,
  site: Site,
  input: Input & { form: AccountSignInForm },
): Promise<LoginOutcome> {
  const { form, cookies, origin } = input
  checkStorable(form)
  const place: SignInPlace = { house, site, cookies, origin, pending: null }
  const proof = formProofOf(house.config.secure, cookies)
  if (proof === null || !equalsConstantTime(proof, form.proof))
    return respond(place, 400, { problem: 'This page was open for too long. Please try again.' })
  try {
    if (form.answer) return await signInByPasskey(place, { answer: form.answer, tenantId: null })
    if (form.passkey === 'ask') return await showPasskey(place, 200, null)
    if (form.company && !form.password)
      return respond(place, 200, { email: form.email, company: form.company })
    return await checkPassword(place, form)
  } catch (thrown) {
    if (!isVestibuleError(thrown) || !['unauthorized', 'rate_limited'].includes(thrown.code)) throw thrown
    if (form.answer) return showPasskey(place, 401, thrown.message)
    const status = thrown.code === 'rate_limited' ? 429 : 401
    return respond(place, status, { email: form.email, problem: thrown.message })
  }
}

async function checkPassword(place: SignInPlace, form: AccountSignInForm): Promise<LoginOutcome> {
  const { house, site, origin } = place
  const found = await signInUser(house, {
    organizationId: site.id,
    tenantId: form.company || null,
    email: form.email,
    password: form.password,
    ...origin,
  })
  if (found.waiting) return askSecondStep(place, found.waiting)
  if (found.ambiguous)
    return respond(place, 200, { step: 'company', email: form.email, companies: found.ambiguous })
  return enterPlace(place, found, proofs.password())
}

async function showPasskey(
  place: SignInPlace,
  status: number,
  problem: string | null,
): Promise<LoginOutcome> {
  return respond(place, status, { step: 'passkey', passkey: await askForPasskey(place), problem })
}

function respond(place: SignInPlace, status: number, more: Partial<LoginView>): LoginOutcome {
  const { house, site, cookies } = place
  const binding = bindToBrowser(house.config.secure, cookies, house.random)
  const html = renderLoginPage({
    site,
    application: 'your account',
    token: binding.formProof,
    action: '/account/sign-in',
    tenant: null,
    newcomers: { register: null, join: null },
    connections: [],
    remembered: [],
    password: true,
    email: null,
    step: 'password',
    passkey: null,
    problem: null,
    companies: [],
    company: null,
    account: null,
    ...more,
  })
  return { kind: 'page', status, html, cookies: [binding.cookie] }
}
