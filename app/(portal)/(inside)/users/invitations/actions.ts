'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { runAction } from '#app/(portal)/run-action.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import { invitationForm, toInvitation } from '#components/forms/invitation-schemas.ts'
import { newInvitationSchema } from '#lib/accounts/invitation-input.ts'
import { inviteUser } from '#lib/accounts/invite-user.ts'
import { resendInvitation as resend } from '#lib/accounts/resend-invitation.ts'
import { revokeInvitation as revoke } from '#lib/accounts/revoke-invitation.ts'
import { house } from '#server/house-access.ts'

const id = z.string().max(200)

/** Invites somebody by mail. */
export async function sendInvitation(values: unknown): Promise<ActionResult> {
  return changed(
    await runAction(invitationForm, values, (actor, input) =>
      inviteUser(house(), actor, newInvitationSchema.parse(toInvitation(input))),
    ),
  )
}

/** Sends an invitation again, with a new link. */
export async function resendInvitation(invitation: string): Promise<ActionResult> {
  return changed(
    await runAction(id, invitation, (actor, input) => resend(house(), actor, { invitation: input })),
  )
}

/** Takes an invitation back. */
export async function revokeInvitation(invitation: string): Promise<ActionResult> {
  return changed(
    await runAction(id, invitation, (actor, input) => revoke(house(), actor, { invitation: input })),
  )
}

function changed(result: ActionResult<unknown>): ActionResult {
  if (!result.ok) return result
  revalidatePath('/', 'layout')
  return { ok: true, value: undefined }
}
