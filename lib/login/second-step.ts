import { recordOwnChange } from '../accounts/account-actor.ts'
import { tellPerson } from '../accounts/security-mail.ts'
import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { isVestibuleError, VestibuleError } from '../base/errors.ts'
import { mintToken } from '../base/ids.ts'
import { completeSignIn, type WaitingUser } from '../directory/sign-in-user.ts'
import type { House } from '../house.ts'
import { checkStorable } from '../http/body.ts'
import { type FactorOwner, listFactors } from '../second-factor/second-factor.ts'
import { verifyCode } from '../second-factor/verify-code.ts'
import { beginPasskeyVerification, finishPasskeyVerification } from '../second-factor/verify-passkey.ts'
import { findAccountToken, insertAccountToken, takeAccountToken } from '../store/account-tokens.ts'
import { findAccountUser } from '../store/user-accounts.ts'
import { recordTrace } from '../traces/record-trace.ts'
import type { LoginOutcome, Site } from './attempt.ts'
import { browserHashOf } from './browser-binding.ts'
import { type InteractionInput, loadInteraction } from './interaction.ts'
import { renderSecondStepPage } from './second-step-page.ts'
import { describeSignIn, enterPlace, type Proof, proofs, type SignInPlace } from './sign-in-place.ts'

/** The second step is taken within so many seconds of the password. */
const stepSeconds = 600

/** What waits between the two steps: in which browser, for what, and with which password the first was taken. */
type StoredStep = {
  browserHash: string
  interactionHash: string | null
  passwordMark: string
  tenant: string
}

/** A step that waits, as it was found. */
type WaitingStep = {
  token: string
  owner: FactorOwner & { userId: string }
  email: string
  stored: StoredStep
}

/** Asks for the second step: the password fitted, and there is no session yet. */
export async function askSecondStep(place: SignInPlace, waiting: WaitingUser): Promise<LoginOutcome> {
  const { house, site, pending } = place
  const token = mintToken(house.random)
  const now = house.clock.now()
  const stored: StoredStep = {
    browserHash: browserOf(place),
    interactionHash: pending && sha256(pending.token),
    passwordMark: waiting.passwordMark,
    tenant: waiting.tenant,
  }
  await insertAccountToken(house.db, {
    tokenHash: sha256(token),
    organizationId: site.id,
    purpose: 'second-step',
    subjectId: waiting.userId,
    email: waiting.email,
    data: stored,
    createdAt: now,
    expiresAt: secondsAfter(now, stepSeconds),
  })
  const owner = { organizationId: site.id, userId: waiting.userId }
  return showStep(place, { token, owner, email: waiting.email, stored }, { status: 200, problem: null })
}

export type SecondStepInput = Omit<InteractionInput, 'token'> & {
  /** What names the waiting request of an application; empty for the account page. */
  interaction: string
  /** What names the step. */
  step: string
  code: string
  /** What a passkey signed, as JSON; empty where a code was typed. */
  answer: string
}

/**
 * Takes the second step and lets the person in. Throws `invalid_request`, for a page, when there is none to take: over,
 * taken, of another browser or another sign-in.
 */
export async function submitSecondStep(
  house: House,
  site: Site,
  input: SecondStepInput,
): Promise<LoginOutcome> {
  checkStorable({ code: input.code, answer: input.answer })
  const { cookies, origin } = input
  const pending =
    input.interaction === ''
      ? null
      : await loadInteraction(house, site, { token: input.interaction, cookies, origin })
  const place: SignInPlace = { house, site, origin, cookies, pending }
  const step = await loadStep(place, input.step)
  let proof: Proof
  try {
    proof = await prove(place, step, input)
  } catch (thrown) {
    return refuseStep(place, step, thrown)
  }
  const which = { organizationId: site.id, purpose: 'second-step' as const, tokenHash: sha256(step.token) }
  if (!(await takeAccountToken(house.db, which, house.clock.now()))) throw stepIsOver()
  const { userId } = step.owner
  const { passwordMark } = step.stored
  const who = { organizationId: site.id, ...origin }
  const signedIn = await completeSignIn(house, who, { userId, passwordMark }, proof.amr)
  return enterPlace(place, signedIn, proof)
}

async function loadStep(place: SignInPlace, token: string): Promise<WaitingStep> {
  const { house, site, pending } = place
  const which = { organizationId: site.id, purpose: 'second-step' as const, tokenHash: sha256(token) }
  const found = await findAccountToken(house.db, which, house.clock.now())
  const stored = found?.data as StoredStep | undefined
  const userId = found?.subjectId ?? null
  const fits =
    stored?.browserHash === browserOf(place) && stored.interactionHash === (pending && sha256(pending.token))
  if (!found || !stored || userId === null || !fits) throw stepIsOver()
  return { token, owner: { organizationId: site.id, userId }, email: found.email ?? '', stored }
}

function browserOf({ house, cookies }: SignInPlace): string {
  const hash = browserHashOf(house.config.secure, cookies)
  if (hash === null) throw stepIsOver()
  return hash
}

function stepIsOver(): VestibuleError {
  return new VestibuleError(
    'invalid_request',
    'This sign-in is over, took too long, or was begun in another browser. Start again from the application.',
  )
}

/** Throws `unauthorized`, `rate_limited`. */
async function prove(place: SignInPlace, step: WaitingStep, input: SecondStepInput): Promise<Proof> {
  const { house, site, origin } = place
  const { owner } = step
  if (input.answer !== '') {
    const passkey = { answer: input.answer, bearer: browserOf(place) }
    const { method } = await finishPasskeyVerification(house, site, { owner }, passkey)
    return proofs.passwordAndPasskey(method)
  }
  const verified = await verifyCode(house, owner, { code: input.code, address: origin.address })
  if (verified.kind === 'totp') return proofs.passwordAndCode()
  await reportRecoveryCode(place, step, verified.left)
  return proofs.passwordAndRecoveryCode()
}

/** A recovery code used is news to the person, and to the admin who asks. */
async function reportRecoveryCode(place: SignInPlace, step: WaitingStep, left: number): Promise<void> {
  const { house, site, origin } = place
  const user = await findAccountUser(house.db, site.id, step.owner.userId)
  if (!user) return
  await recordOwnChange(house, user, origin, { action: 'user.recovery-code-used', after: { left } })
  const said = {
    title: 'A recovery code was used to sign in',
    paragraphs: [
      left === 0
        ? 'It was the last one. Make new ones on your account page.'
        : `You have ${left} of them left.`,
    ],
  }
  await tellPerson(house, user, said, origin)
}

async function refuseStep(place: SignInPlace, step: WaitingStep, thrown: unknown): Promise<LoginOutcome> {
  if (!isVestibuleError(thrown) || !['unauthorized', 'rate_limited'].includes(thrown.code)) throw thrown
  const limited = thrown.code === 'rate_limited'
  if (place.pending)
    await recordTrace(place.house, {
      ...describeSignIn(place.pending, step.stored.tenant),
      outcome: 'failure',
      cause: limited ? 'second_step_limited' : 'second_step_wrong',
      sentence: limited
        ? `Too many codes were tried for ${step.email}. Further ones are refused for a while.`
        : `${step.email} entered the right password, and then a code or passkey that did not fit.`,
      checks: [
        { name: 'Password', ok: true },
        { name: 'Second step', ok: false },
      ],
      email: step.email,
    })
  return showStep(place, step, { status: limited ? 429 : 401, problem: thrown.message })
}

async function showStep(
  place: SignInPlace,
  step: WaitingStep,
  { status, problem }: { status: number; problem: string | null },
): Promise<LoginOutcome> {
  const { house, site, pending } = place
  const { authenticators } = await listFactors(house, step.owner)
  const kinds = new Set(authenticators.map(({ kind }) => kind))
  const passkey = kinds.has('passkey')
    ? await beginPasskeyVerification(house, site, { owner: step.owner }, browserOf(place))
    : null
  const html = renderSecondStepPage({
    site,
    application: pending?.party.name ?? null,
    interaction: pending?.token ?? '',
    step: step.token,
    hasApp: kinds.has('totp'),
    passkey,
    problem,
  })
  return { kind: 'page', status, html, cookies: [], onward: pending?.request.redirectUri }
}
