'use server'

import { loadRequestFacts, loadSite } from '#app/(portal)/request-facts.ts'
import type { EntryState } from '#components/forms/entry-form.tsx'
import { isVestibuleError } from '#lib/base/errors.ts'
import { requestPasswordReset } from '#lib/members/reset-password.ts'
import { house } from '#server/house-access.ts'

/** Has a link sent, if there is such a member; the answer is the same for everybody. */
export async function askForLink(_before: EntryState, form: FormData): Promise<EntryState> {
  const email = String(form.get('email') ?? '').trim()
  if (email === '') return { refusal: 'Enter your e-mail address.' }
  const [site, facts] = await Promise.all([loadSite(), loadRequestFacts()])
  try {
    await requestPasswordReset(house(), { ...facts, organizationId: site.id, email })
  } catch (thrown) {
    if (isVestibuleError(thrown)) return { refusal: thrown.message, typed: email }
    throw thrown
  }
  return { refusal: null, done: true }
}
