'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { runAction } from '#app/(portal)/run-action.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import { resendMail } from '#lib/mail/resend-mail.ts'
import { sendTestMail } from '#lib/mail/send-test-mail.ts'
import { house } from '#server/house-access.ts'

/** Sends a mail again. */
export async function resend(id: unknown): Promise<ActionResult> {
  const input = { id }
  const result = await runAction(z.strictObject({ id: z.string().min(1).max(100) }), input, (actor, mail) =>
    resendMail(house(), actor, mail),
  )
  if (result.ok) revalidatePath('/settings/outbox')
  return result
}

/** Writes to the member who asks. */
export async function sendTest(): Promise<ActionResult> {
  const result = await runAction(z.undefined(), undefined, (actor) => sendTestMail(house(), actor))
  if (result.ok) revalidatePath('/settings/outbox')
  return result
}
