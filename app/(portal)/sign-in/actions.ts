'use server'

import { redirect } from 'next/navigation'
import { openSession } from '#app/(portal)/auth-options.ts'
import { returnPath } from '#app/(portal)/return-path.ts'
import { writeSessionCookie } from '#app/(portal)/session.ts'
import { isVestibuleError } from '#lib/base/errors.ts'

export type SignInState = { email: string; refusal: string | null }

/** Signs a member in and opens the portal. Works as a plain form post too. */
export async function signIn(_before: SignInState, form: FormData): Promise<SignInState> {
  const email = String(form.get('email') ?? '').trim()
  const password = String(form.get('password') ?? '')
  if (email === '' || password === '')
    return { email, refusal: 'Enter your e-mail address and your password.' }
  try {
    await writeSessionCookie((await openSession(email, password)).sessionId)
  } catch (thrown) {
    if (isVestibuleError(thrown)) return { email, refusal: thrown.message }
    throw thrown
  }
  redirect(returnPath(form.get('from')))
}
