'use server'

import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { encode } from 'next-auth/jwt'
import { openSession, sessionCookieName } from '#app/(portal)/auth-options.ts'
import { isVestibuleError } from '#lib/base/errors.ts'
import { absoluteSessionSeconds } from '#lib/members/member-session.ts'
import { house } from '#server/house-access.ts'

export type SignInState = { email: string; refusal: string | null }

/** Signs a member in and opens the portal. Works as a plain form post too; writes the very token next-auth reads. */
export async function signIn(_before: SignInState, form: FormData): Promise<SignInState> {
  const email = String(form.get('email') ?? '').trim()
  const password = String(form.get('password') ?? '')
  if (email === '' || password === '')
    return { email, refusal: 'Enter your e-mail address and your password.' }
  try {
    await writeSession((await openSession(email, password)).sessionId)
  } catch (thrown) {
    if (isVestibuleError(thrown)) return { email, refusal: thrown.message }
    throw thrown
  }
  redirect(returnPath(form.get('from')))
}

async function writeSession(sessionId: string): Promise<void> {
  const { config, portalSecret } = house()
  const token = await encode({
    token: { sid: sessionId },
    secret: portalSecret,
    maxAge: absoluteSessionSeconds,
  })
  const jar = await cookies()
  jar.set(sessionCookieName(config.secure), token, {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: config.secure,
    maxAge: absoluteSessionSeconds,
  })
}

/** Only a path of ours: `//elsewhere` and whole addresses lead home. */
function returnPath(from: FormDataEntryValue | null): string {
  return typeof from === 'string' && /^\/(?![/\\])/.test(from) ? from : '/'
}
