import { VestibuleError } from '../base/errors.ts'
import { completeSignIn } from '../directory/sign-in-user.ts'
import { beginPasskeyVerification, finishPasskeyVerification } from '../second-factor/verify-passkey.ts'
import { findSignInUser } from '../store/users.ts'
import type { LoginOutcome } from './attempt.ts'
import { browserHashOf } from './browser-binding.ts'
import { enterPlace, proofs, type SignInPlace } from './sign-in-place.ts'

/** What this browser needs to use a passkey of whoever sits before it. */
export function askForPasskey(place: SignInPlace): Promise<object> {
  const { house, site } = place
  return beginPasskeyVerification(house, site, { door: 'user' }, bearerOf(place))
}

/**
 * Lets in whose passkey it is. `tenantId`: the company the application named. Throws `unauthorized`: not known, not of
 * this browser, or of somebody who may not sign in here.
 */
export async function signInByPasskey(
  place: SignInPlace,
  input: { answer: string; tenantId: string | null },
): Promise<LoginOutcome> {
  const { house, site, origin } = place
  const passkey = { answer: input.answer, bearer: bearerOf(place) }
  const { owner, method } = await finishPasskeyVerification(house, site, { door: 'user' }, passkey)
  const proof = proofs.passkey(method)
  const userId = owner.userId ?? ''
  const user = await findSignInUser(house.db, site.id, userId)
  if (input.tenantId !== null && user && user.tenantId !== input.tenantId)
    throw new VestibuleError('unauthorized', 'This passkey is of an account at another company.')
  const who = { organizationId: site.id, ...origin }
  const signedIn = await completeSignIn(house, who, { userId, passwordMark: null }, proof.amr)
  return enterPlace(place, signedIn, proof)
}

function bearerOf({ house, cookies }: SignInPlace): string {
  const hash = browserHashOf(house.config.secure, cookies)
  if (hash !== null) return hash
  throw new VestibuleError(
    'invalid_request',
    'This sign-in was begun in another browser, or cookies are off.',
  )
}
