'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { runAction } from '#app/(portal)/run-action.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import { changePassword as change } from '#lib/members/change-password.ts'
import { changePasswordSchema } from '#lib/members/password-input.ts'
import { revokeMemberSession } from '#lib/members/revoke-member-session.ts'
import { house } from '#server/house-access.ts'

/** Changes the member's own password; their other sessions end. */
export async function changePassword(values: unknown): Promise<ActionResult> {
  const result = await runAction(changePasswordSchema, values, (actor, input) =>
    change(house(), actor, input),
  )
  if (result.ok) revalidatePath('/settings/account')
  return result
}

/** Ends one of the member's own sessions. */
export async function endSession(id: string): Promise<ActionResult> {
  const result = await runAction(z.string().max(100), id, async (actor, session) => {
    await revokeMemberSession(house(), actor, { id: session })
  })
  if (result.ok) revalidatePath('/settings/account')
  return result
}

/** Ends all of the member's sessions but this one. */
export async function endOtherSessions(): Promise<ActionResult> {
  const result = await runAction(z.undefined(), undefined, async (actor) => {
    await revokeMemberSession(house(), actor, { exceptId: actor.sessionId })
  })
  if (result.ok) revalidatePath('/settings/account')
  return result
}
