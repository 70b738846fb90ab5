'use server'

import { revalidatePath } from 'next/cache'
import { runAction } from '#app/(portal)/run-action.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import { updateSessionLimits } from '#lib/organizations/session-limits.ts'
import { sessionLimitsSchema } from '#lib/organizations/session-limits-input.ts'
import { house } from '#server/house-access.ts'

/** Changes how long end users stay signed in. */
export async function saveSessionLimits(values: unknown): Promise<ActionResult> {
  const result = await runAction(sessionLimitsSchema, values, (actor, limits) =>
    updateSessionLimits(house(), actor, limits),
  )
  if (result.ok) revalidatePath('/settings')
  return result
}
