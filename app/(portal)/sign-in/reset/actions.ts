'use server'

import { redirect } from 'next/navigation'
import { loadRequestFacts, loadSite } from '#app/(portal)/request-facts.ts'
import type { EntryState } from '#components/forms/entry-form.tsx'
import { toSentence } from '#components/forms/to-sentence.ts'
import { isVestibuleError } from '#lib/base/errors.ts'
import { newPasswordSchema } from '#lib/members/member-input.ts'
import { resetPassword } from '#lib/members/reset-password.ts'
import { house } from '#server/house-access.ts'

/** Sets the new password by the link's token, and sends the member to sign in with it. */
export async function chooseNewPassword(_before: EntryState, form: FormData): Promise<EntryState> {
  const parsed = newPasswordSchema.safeParse({ password: form.get('password') })
  if (!parsed.success) return { refusal: toSentence(parsed.error.issues[0]?.message ?? 'Not valid') }
  const [site, facts] = await Promise.all([loadSite(), loadRequestFacts()])
  const token = String(form.get('token') ?? '')
  try {
    await resetPassword(house(), { ...facts, organizationId: site.id, token, ...parsed.data })
  } catch (thrown) {
    if (isVestibuleError(thrown)) return { refusal: thrown.message }
    throw thrown
  }
  redirect('/sign-in?done=reset')
}
