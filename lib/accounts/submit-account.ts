import { isVestibuleError, VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { checkStorable } from '../http/body.ts'
import { beginTotp, finishTotp, reshowTotp } from '../second-factor/enrol-totp.ts'
import { regenerateRecoveryCodes } from '../second-factor/recovery-codes.ts'
import { beginPasskeyRegistration, finishPasskeyRegistration } from '../second-factor/register-passkey.ts'
import {
  type AuthenticatorView,
  type FactorOwner,
  listFactors,
  removeAuthenticator,
  renameAuthenticator,
} from '../second-factor/second-factor.ts'
import { clearSessionCookie } from '../sessions/session-cookie.ts'
import { tellApplicationsSoon } from '../sessions/tell-applications.ts'
import { endSessions, findSessionOwner } from '../store/sessions.ts'
import type { AccountUser } from '../store/user-accounts.ts'
import { recordOwnChange } from './account-actor.ts'
import { type AccountOutcome, showPage } from './account-outcome.ts'
import { changeOwnPassword } from './change-own-password.ts'
import {
  renderAppSetup,
  renderAskEverywhere,
  renderAskRemove,
  renderPasskeySetup,
  renderRecoveryCodes,
  renderSignedOut,
} from './factor-pages.ts'
import { findOwnSession, isOwnForm, type OwnSession } from './own-session.ts'
import { tellPerson } from './security-mail.ts'
import { type AccountSite, showOwn } from './show-account.ts'
import { signOutEverywhere } from './sign-out-everywhere.ts'

type Origin = { address: string; userAgent: string; requestId: string }

/** What the person sent: what to change, and its fields. */
export type AccountForm = {
  proof: string
  change: string
  id: string
  code: string
  name: string
  answer: string
  current: string
  next: string
}

/** One change on its way. */
type Change = { house: House; site: AccountSite; own: OwnSession; form: AccountForm; origin: Origin }

/** One that is about how the person signs in. */
type FactorChange = Change & { user: AccountUser; owner: FactorOwner }

/** What anybody may do who is signed in. */
const changes: Record<string, (change: Change) => Promise<AccountOutcome>> = {
  'ask-everywhere': async (change) => showPage(200, renderAskEverywhere(change)),
  everywhere: everywhere,
  'end-session': endSession,
}

/** What takes a fresh sign-in, of somebody who signs in here. */
const factorChanges: Record<string, (change: FactorChange) => Promise<AccountOutcome>> = {
  password: changePassword,
  'app-begin': beginApp,
  'app-finish': finishApp,
  'passkey-begin': (change) => beginPasskey(change, null),
  'passkey-finish': finishPasskey,
  rename: rename,
  'ask-remove': askRemove,
  remove: remove,
  recovery: makeCodes,
}

/**
 * Does what a form of the account page asks for. Nobody signed in, or a form of another page: the page, and nothing is
 * done. Changes to how they sign in need a fresh sign-in, which is asked for first.
 */
export async function submitAccount(
  house: House,
  site: AccountSite,
  input: { cookies: ReadonlyMap<string, string>; origin: Origin; form: AccountForm },
): Promise<AccountOutcome> {
  const { form, origin } = input
  checkStorable(form)
  const own = await findOwnSession(house, site, input.cookies)
  if (!own) return redirect('/account')
  const change = { house, site, own, form, origin }
  if (!isOwnForm(own, form.proof))
    return showOwn(house, site, own, {
      status: 403,
      problem: 'This was sent by another page, or this one was open for too long. Please try again.',
      done: null,
    })
  try {
    return await carryOut(change)
  } catch (thrown) {
    return showProblem(change, thrown)
  }
}

async function carryOut(change: Change): Promise<AccountOutcome> {
  const { site, own, form } = change
  const simple = Object.hasOwn(changes, form.change) ? changes[form.change] : undefined
  if (simple) return simple(change)
  const factor = Object.hasOwn(factorChanges, form.change) ? factorChanges[form.change] : undefined
  if (!factor || !own.user || !own.hasOwnSignIn)
    throw new VestibuleError('validation_failed', 'There is nothing to change here.')
  if (!own.fresh) return redirect('/account/sign-in')
  return factor({ ...change, user: own.user, owner: { organizationId: site.id, userId: own.user.id } })
}

const statusOf: Record<string, number> = {
  validation_failed: 400,
  conflict: 409,
  not_found: 404,
  rate_limited: 429,
}

async function showProblem({ house, site, own }: Change, thrown: unknown): Promise<AccountOutcome> {
  const status = isVestibuleError(thrown) ? statusOf[thrown.code] : undefined
  if (!isVestibuleError(thrown) || status === undefined) throw thrown
  return showOwn(house, site, own, { status, problem: thrown.message, done: null })
}

async function changePassword(change: FactorChange): Promise<AccountOutcome> {
  const { house, site, own, form, origin, user } = change
  const input = { current: form.current, next: form.next, origin }
  await changeOwnPassword(house, site, { user, sessionId: own.session.id }, input)
  return redirect('/account?done=password')
}

async function beginApp(change: FactorChange): Promise<AccountOutcome> {
  const { house, site, owner, user } = change
  const app = await beginTotp(house, site, owner, { account: user.email })
  return showPage(200, renderAppSetup(change, app, null))
}

async function finishApp(change: FactorChange): Promise<AccountOutcome> {
  const { house, site, owner, user, form, origin } = change
  const { id, code } = form
  let made: AuthenticatorView
  try {
    made = await finishTotp(house, owner, { id, code, address: origin.address })
  } catch (thrown) {
    if (!isVestibuleError(thrown) || thrown.code !== 'validation_failed') throw thrown
    const again = await reshowTotp(house, site, owner, { id, account: user.email })
    if (!again) throw thrown
    return showPage(400, renderAppSetup(change, again, thrown.message))
  }
  await reportFactor(change, 'user.second-factor-added', made)
  return afterSetup(change, 'app')
}

async function beginPasskey(change: FactorChange, problem: string | null): Promise<AccountOutcome> {
  const { house, site, owner, user, own } = change
  const displayName = [user.firstName, user.lastName].filter(Boolean).join(' ') || user.email
  const account = { account: user.email, displayName, bearer: own.proof }
  const options = await beginPasskeyRegistration(house, site, owner, account)
  return showPage(problem === null ? 200 : 400, renderPasskeySetup(change, options, problem))
}

async function finishPasskey(change: FactorChange): Promise<AccountOutcome> {
  const { house, site, owner, own, form } = change
  let made: AuthenticatorView
  try {
    const input = { answer: form.answer, name: form.name, bearer: own.proof }
    made = await finishPasskeyRegistration(house, site, owner, input)
  } catch (thrown) {
    if (!isVestibuleError(thrown) || thrown.code !== 'validation_failed') throw thrown
    return beginPasskey(change, thrown.message)
  }
  await reportFactor(change, 'user.second-factor-added', made)
  return afterSetup(change, 'passkey')
}

/** With the first authenticator come recovery codes. */
async function afterSetup(change: FactorChange, done: string): Promise<AccountOutcome> {
  const { house, owner } = change
  const { recoveryCodesLeft } = await listFactors(house, owner)
  if (recoveryCodesLeft > 0) return redirect(`/account?done=${done}`)
  const codes = await regenerateRecoveryCodes(house, owner)
  return showPage(200, renderRecoveryCodes(change, codes, 'Your second step is set up.'))
}

async function rename({ house, owner, form }: FactorChange): Promise<AccountOutcome> {
  await renameAuthenticator(house, owner, form)
  return redirect('/account?done=renamed')
}

async function askRemove(change: FactorChange): Promise<AccountOutcome> {
  const { authenticators } = await listFactors(change.house, change.owner)
  const one = authenticators.find(({ id }) => id === change.form.id)
  if (!one) throw new VestibuleError('not_found', 'It is not there any more.')
  return showPage(200, renderAskRemove(change, one, authenticators.length === 1))
}

async function remove(change: FactorChange): Promise<AccountOutcome> {
  const { house, owner, form } = change
  await reportFactor(change, 'user.second-factor-removed', await removeAuthenticator(house, owner, form.id))
  return redirect('/account?done=removed')
}

async function makeCodes(change: FactorChange): Promise<AccountOutcome> {
  const { house, owner, user, origin } = change
  const { authenticators } = await listFactors(house, owner)
  if (authenticators.length === 0)
    throw new VestibuleError('conflict', 'Set up an authenticator app or a passkey first.')
  const codes = await regenerateRecoveryCodes(house, owner)
  await recordOwnChange(house, user, origin, { action: 'user.recovery-codes-made' })
  await tellPerson(house, user, { title: 'New recovery codes were made for your account' }, origin)
  return showPage(200, renderRecoveryCodes(change, codes, 'Those you had before are worthless now.'))
}

async function reportFactor(
  { house, user, origin }: FactorChange,
  action: 'user.second-factor-added' | 'user.second-factor-removed',
  { name, kind }: AuthenticatorView,
): Promise<void> {
  await recordOwnChange(house, user, origin, { action, after: { name, kind } })
  const what = kind === 'totp' ? 'An authenticator app' : 'A passkey'
  const verb = action === 'user.second-factor-added' ? 'added to' : 'removed from'
  const said = { title: `${what} was ${verb} your account`, paragraphs: [`Its name is “${name}”.`] }
  await tellPerson(house, user, said, origin)
}

async function everywhere({ house, site, own, origin }: Change): Promise<AccountOutcome> {
  await signOutEverywhere(house, own, origin)
  const page = showPage(200, renderSignedOut(site))
  return { ...page, cookies: [clearSessionCookie(house.config.secure)] }
}

/** One other session of the same user. */
async function endSession({ house, site, own, form }: Change): Promise<AccountOutcome> {
  const found = await findSessionOwner(house.db, site.id, form.id)
  const isTheirs = own.user !== null && found?.userId === own.user.id
  if (!isTheirs) throw new VestibuleError('not_found', 'That browser is signed out already.')
  await endSessions(house.db, site.id, { ids: [form.id] }, house.clock.now())
  tellApplicationsSoon(house)
  return redirect('/account?done=ended')
}

function redirect(url: string): AccountOutcome {
  return { kind: 'redirect', url, cookies: [] }
}
