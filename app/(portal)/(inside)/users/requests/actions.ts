'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { runAction } from '#app/(portal)/run-action.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import { approveJoinRequest } from '#lib/accounts/approve-join-request.ts'
import { deleteJoinRequest } from '#lib/accounts/delete-join-request.ts'
import { rejectionSchema } from '#lib/accounts/join-request-input.ts'
import { rejectJoinRequest } from '#lib/accounts/reject-join-request.ts'
import { house } from '#server/house-access.ts'

const id = z.string().max(200)

/** Lets somebody in who asked. */
export async function approveRequest(request: string): Promise<ActionResult> {
  return changed(
    await runAction(id, request, (actor, input) => approveJoinRequest(house(), actor, { request: input })),
  )
}

/** Turns somebody away who asked, with a note for them. */
export async function rejectRequest(request: string, values: unknown): Promise<ActionResult> {
  return changed(
    await runAction(rejectionSchema, values, (actor, { note }) =>
      rejectJoinRequest(house(), actor, { request: id.parse(request), note }),
    ),
  )
}

/** Deletes a request, so that the person can ask again. */
export async function deleteRequest(request: string): Promise<ActionResult> {
  return changed(
    await runAction(id, request, (actor, input) => deleteJoinRequest(house(), actor, { request: input })),
  )
}

function changed(result: ActionResult<unknown>): ActionResult {
  if (!result.ok) return result
  revalidatePath('/', 'layout')
  return { ok: true, value: undefined }
}
