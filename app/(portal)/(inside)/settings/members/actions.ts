'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { runAction } from '#app/(portal)/run-action.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import { changeMemberRole as change } from '#lib/members/change-member-role.ts'
import { inviteMember as invite, resendMemberInvitation as resend } from '#lib/members/invite-member.ts'
import { memberChangeSchema, newMemberSchema } from '#lib/members/member-input.ts'
import { removeFactorsOfMember } from '#lib/members/own-factors.ts'
import { type PortalSignInChange, updatePortalSignIn } from '#lib/members/portal-sign-in.ts'
import { removeMember as remove } from '#lib/members/remove-member.ts'
import { house } from '#server/house-access.ts'

const id = z.string().max(100)
const path = '/settings/members'

/** Invites somebody to the portal. */
export async function inviteMember(values: unknown): Promise<ActionResult> {
  const result = await runAction(newMemberSchema, values, async (actor, input) => {
    await invite(house(), actor, input)
  })
  if (result.ok) revalidatePath(path)
  return result
}

/** Sends a new link to somebody who has not accepted yet. */
export async function resendInvitation(memberId: string): Promise<ActionResult> {
  const result = await runAction(id, memberId, async (actor, member) => {
    await resend(house(), actor, { member })
  })
  if (result.ok) revalidatePath(path)
  return result
}

/** Gives a member another role. */
export async function changeRole(memberId: string, values: unknown): Promise<ActionResult> {
  const schema = z.strictObject({ member: id, change: memberChangeSchema })
  const result = await runAction(schema, { member: memberId, change: values }, async (actor, input) => {
    await change(house(), actor, input)
  })
  // The reader may have changed their own: what every page offers follows from it.
  if (result.ok) revalidatePath('/', 'layout')
  return result
}

/** Removes a member, or takes back an invitation. */
export async function removeMember(memberId: string): Promise<ActionResult> {
  const result = await runAction(id, memberId, (actor, member) => remove(house(), actor, { member }))
  if (result.ok) revalidatePath(path)
  return result
}

/** Removes the second factors of a member who has lost them. */
export async function removeFactors(memberId: string): Promise<ActionResult> {
  const result = await runAction(id, memberId, (actor, member) =>
    removeFactorsOfMember(house(), actor, { member }),
  )
  if (result.ok) revalidatePath(path)
  return result
}

/** Changes through which connection members sign in, and whether they must. */
export async function changePortalSignIn(values: PortalSignInChange): Promise<ActionResult> {
  const schema = z.strictObject({ connection: id.nullable().optional(), required: z.boolean().optional() })
  const site = await loadSite()
  const result = await runAction(schema, values, async (actor, input) => {
    await updatePortalSignIn(house(), site, actor, input)
  })
  if (result.ok) revalidatePath('/', 'layout')
  return result
}
