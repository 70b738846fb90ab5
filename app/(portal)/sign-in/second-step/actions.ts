'use server'

import { redirect } from 'next/navigation'
import { loadRequestFacts, loadSite } from '#app/(portal)/request-facts.ts'
import { returnPath } from '#app/(portal)/return-path.ts'
import { writeSessionCookie } from '#app/(portal)/session.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import type { EntryState } from '#components/forms/entry-form.tsx'
import { isVestibuleError } from '#lib/base/errors.ts'
import {
  beginSecondStepPasskey,
  finishSecondStep,
  finishSecondStepPasskey,
} from '#lib/members/second-step.ts'
import { house } from '#server/house-access.ts'
import { dropStepCookie, readStepCookie } from './step-cookie.ts'

/** Takes a code as the second step and opens the portal. Works as a plain form post too. */
export async function takeCode(_before: EntryState, form: FormData): Promise<EntryState> {
  const code = String(form.get('code') ?? '').slice(0, 100)
  try {
    const session = await finishSecondStep(house(), { ...(await loadVisit()), code })
    await writeSessionCookie(session.sessionId)
  } catch (thrown) {
    if (isVestibuleError(thrown)) return { refusal: thrown.message }
    throw thrown
  }
  await dropStepCookie()
  redirect(returnPath(form.get('from')))
}

/** What the browser needs to use a passkey. */
export async function askPasskey(): Promise<ActionResult<object>> {
  return answering(async () => {
    const [site, token] = await Promise.all([loadSite(), readStepCookie()])
    return beginSecondStepPasskey(house(), site, { token })
  })
}

/** Takes what the passkey signed and opens the portal. */
export async function takePasskey(answer: string, from: string): Promise<ActionResult> {
  const result = await answering(async () => {
    const [site, visit] = await Promise.all([loadSite(), loadVisit()])
    const given = { ...visit, answer: String(answer).slice(0, 10_000) }
    await writeSessionCookie((await finishSecondStepPasskey(house(), site, given)).sessionId)
  })
  if (!result.ok) return result
  await dropStepCookie()
  redirect(returnPath(from))
}

async function loadVisit() {
  const [site, facts, token] = await Promise.all([loadSite(), loadRequestFacts(), readStepCookie()])
  return { ...facts, organizationId: site.id, token }
}

async function answering<Value>(act: () => Promise<Value>): Promise<ActionResult<Value>> {
  try {
    return { ok: true, value: await act() }
  } catch (thrown) {
    if (isVestibuleError(thrown)) return { ok: false, message: thrown.message, fields: [] }
    throw thrown
  }
}
