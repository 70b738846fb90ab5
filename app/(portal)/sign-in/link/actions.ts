'use server'

import { redirect } from 'next/navigation'
import { loadHandOverBrowser } from '#app/(portal)/hand-over.ts'
import { loadRequestFacts, loadSite } from '#app/(portal)/request-facts.ts'
import { requireActor, writeSessionCookie } from '#app/(portal)/session.ts'
import type { EntryState } from '#components/forms/entry-form.tsx'
import { toSentence } from '#components/forms/to-sentence.ts'
import { isVestibuleError } from '#lib/base/errors.ts'
import { acceptInvitationBySso } from '#lib/members/accept-invitation.ts'
import { joinBySsoSchema } from '#lib/members/member-input.ts'
import { finishLink } from '#lib/members/portal-identity.ts'
import { house } from '#server/house-access.ts'

/** Links the member who is signed in to the person they came back as. */
export async function link(_before: EntryState, form: FormData): Promise<EntryState> {
  const [actor, browserHash] = await Promise.all([requireActor(), loadHandOverBrowser()])
  try {
    await finishLink(house(), actor, { code: String(form.get('code') ?? ''), browserHash })
  } catch (thrown) {
    if (isVestibuleError(thrown)) return { refusal: thrown.message }
    throw thrown
  }
  redirect('/settings/account?company=linked')
}

/** Accepts an invitation as the person who came back from the company's sign-in. */
export async function joinByCompany(_before: EntryState, form: FormData): Promise<EntryState> {
  const parsed = joinBySsoSchema.safeParse({ name: form.get('name') })
  if (!parsed.success) return { refusal: toSentence(`the name ${parsed.error.issues[0]?.message}`) }
  const [site, facts, browserHash] = await Promise.all([
    loadSite(),
    loadRequestFacts(),
    loadHandOverBrowser(),
  ])
  const code = String(form.get('code') ?? '')
  try {
    const input = { ...facts, organizationId: site.id, code, browserHash, ...parsed.data }
    await writeSessionCookie((await acceptInvitationBySso(house(), input)).sessionId)
  } catch (thrown) {
    if (isVestibuleError(thrown)) return { refusal: thrown.message }
    throw thrown
  }
  redirect('/')
}
