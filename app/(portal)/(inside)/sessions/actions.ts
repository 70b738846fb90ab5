'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { runAction } from '#app/(portal)/run-action.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import { endSessionsOfPerson, endUserSession, endUserSessions } from '#lib/sessions/end-user-sessions.ts'
import { house } from '#server/house-access.ts'

const sessionId = z.string().max(100)

/** Ends one session. */
export async function endSession(id: string): Promise<ActionResult> {
  const result = await runAction(sessionId, id, (actor, session) =>
    endUserSession(house(), actor, { id: session }),
  )
  if (result.ok) revalidatePath('/sessions')
  return result
}

/** Ends every session of the person who holds this one. */
export async function endAllOfPerson(id: string): Promise<ActionResult> {
  const result = await runAction(sessionId, id, async (actor, session) => {
    await endSessionsOfPerson(house(), actor, { session })
  })
  if (result.ok) revalidatePath('/sessions')
  return result
}

/** Ends every session of a tenant. */
export async function endAllOfTenant(id: string): Promise<ActionResult> {
  const result = await runAction(z.string().max(200), id, async (actor, tenant) => {
    await endUserSessions(house(), actor, { tenant })
  })
  if (result.ok) revalidatePath('/sessions')
  return result
}
