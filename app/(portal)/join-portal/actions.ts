'use server'

import { redirect } from 'next/navigation'
import { loadRequestFacts, loadSite } from '#app/(portal)/request-facts.ts'
import { writeSessionCookie } from '#app/(portal)/session.ts'
import type { EntryState } from '#components/forms/entry-form.tsx'
import { toSentence } from '#components/forms/to-sentence.ts'
import { isVestibuleError } from '#lib/base/errors.ts'
import { acceptInvitation } from '#lib/members/accept-invitation.ts'
import { joinSchema } from '#lib/members/member-input.ts'
import { house } from '#server/house-access.ts'

/** Accepts an invitation with a name and a password, and opens the portal. */
export async function join(_before: EntryState, form: FormData): Promise<EntryState> {
  const parsed = joinSchema.safeParse({ name: form.get('name'), password: form.get('password') })
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const field = issue?.path[0] === 'name' ? 'the name' : ''
    return { refusal: toSentence(`${field} ${issue?.message}`.trim()) }
  }
  const [site, facts] = await Promise.all([loadSite(), loadRequestFacts()])
  const token = String(form.get('token') ?? '')
  try {
    const input = { ...facts, organizationId: site.id, token, ...parsed.data }
    await writeSessionCookie((await acceptInvitation(house(), input)).sessionId)
  } catch (thrown) {
    if (isVestibuleError(thrown)) return { refusal: thrown.message }
    throw thrown
  }
  redirect('/')
}
