'use server'

import { redirect } from 'next/navigation'
import { openSession } from '#app/(portal)/auth-options.ts'
import { returnPath } from '#app/(portal)/return-path.ts'
import { writeSessionCookie } from '#app/(portal)/session.ts'
import { isVestibuleError } from '#lib/base/errors.ts'
import type { MemberSignIn } from '#lib/members/sign-in-member.ts'
import { secondStepPath, writeStepCookie } from './second-step/step-cookie.ts'

export type SignInState = { email: string; refusal: string | null }

/** Signs a member in and opens the portal, or the page for the second step. Works as a plain form post too. */
export async function signIn(_before: SignInState, form: FormData): Promise<SignInState> {
  const email = String(form.get('email') ?? '').trim()
  const password = String(form.get('password') ?? '')
  const breakGlass = form.get('emergency') === 'yes'
  if (email === '' || password === '')
    return { email, refusal: 'Enter your e-mail address and your password.' }
  let outcome: MemberSignIn
  try {
    outcome = await openSession({ email, password, breakGlass })
  } catch (thrown) {
    if (isVestibuleError(thrown)) return { email, refusal: thrown.message }
    throw thrown
  }
  const from = returnPath(form.get('from'))
  if (outcome.kind === 'session') {
    await writeSessionCookie(outcome.session.sessionId)
    redirect(from)
  }
  await writeStepCookie(outcome.token)
  redirect(secondStepPath(from))
}
