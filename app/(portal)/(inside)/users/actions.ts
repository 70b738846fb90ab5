'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { runAction } from '#app/(portal)/run-action.ts'
import type { Member } from '#app/(portal)/session.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import { newUserForm, toNewUser, toUserChange, userSettingsForm } from '#components/forms/user-schemas.ts'
import { userPath } from '#components/portal/addresses.ts'
import { removeSecondFactors } from '#lib/accounts/remove-second-factors.ts'
import { VestibuleError } from '#lib/base/errors.ts'
import { createUser as create } from '#lib/directory/create-user.ts'
import { deleteIdentity } from '#lib/directory/delete-identity.ts'
import { deleteUser as remove } from '#lib/directory/delete-user.ts'
import { loadUser } from '#lib/directory/load-user.ts'
import { updateUser as update } from '#lib/directory/update-user.ts'
import { newUserSchema, type UserChangeInput, userChangeSchema } from '#lib/directory/user-input.ts'
import { givenPassword } from '#lib/passwords/password-rules.ts'
import { endUserSession, endUserSessions } from '#lib/sessions/end-user-sessions.ts'
import { house } from '#server/house-access.ts'

const id = z.string().max(200)

/** Makes a user and opens their page. */
export async function createUser(values: unknown): Promise<ActionResult> {
  const result = await runAction(newUserForm, values, (actor, input) =>
    create(house(), actor, newUserSchema.parse(toNewUser(input))),
  )
  if (!result.ok) return namingLines(result)
  revalidatePath('/users', 'layout')
  redirect(userPath(result.value.id))
}

/** Changes what a form holds of a user. */
export async function updateUser(user: string, values: unknown): Promise<ActionResult> {
  const result = await runAction(userSettingsForm, values, (actor, input) =>
    changeUser(actor, user, userChangeSchema.parse(toUserChange(input))),
  )
  return namingLines(changed(result))
}

/** Signs a user out everywhere and lets them in no more. */
export async function disableUser(user: string): Promise<ActionResult> {
  return changed(
    await runAction(id, user, (actor, input) => changeUser(actor, input, { status: 'disabled' })),
  )
}

/** Lets a user in again. */
export async function enableUser(user: string): Promise<ActionResult> {
  return changed(await runAction(id, user, (actor, input) => changeUser(actor, input, { status: 'active' })))
}

/** Says that the address somebody has seen there is the user's. */
export async function confirmAddress(user: string, email: string): Promise<ActionResult> {
  const seen = z.object({ user: id, email: z.string().max(500) })
  return changed(
    await runAction(seen, { user, email }, async (actor, input) => {
      const found = await loadUser(house(), actor, { user: input.user })
      if (found.email !== input.email) throw new VestibuleError('conflict', addressHasChanged)
      const attributes = { ...found.attributes, email_verified: true }
      return changeUser(actor, input.user, { attributes })
    }),
  )
}

const addressHasChanged =
  'This user has another address by now. Look at the page again before you confirm it.'

/** Gives a user a password; they are signed out everywhere. */
export async function setUserPassword(user: string, values: unknown): Promise<ActionResult> {
  return changed(
    await runAction(z.object({ password: givenPassword }), values, (actor, { password }) =>
      changeUser(actor, user, { password }),
    ),
  )
}

/** Takes the password of a user away; they are signed out everywhere. */
export async function removeUserPassword(user: string): Promise<ActionResult> {
  return changed(await runAction(id, user, (actor, input) => changeUser(actor, input, { password: null })))
}

/** Takes every second step from a user who lost them all. */
export async function removeSecondSteps(user: string): Promise<ActionResult> {
  return changed(
    await runAction(id, user, (actor, input) => removeSecondFactors(house(), actor, { user: input })),
  )
}

/** Deletes a user, and goes back to the list. */
export async function deleteUser(user: string): Promise<ActionResult> {
  const result = await runAction(id, user, (actor, input) => remove(house(), actor, { user: input }))
  if (!result.ok) return result
  revalidatePath('/', 'layout')
  redirect('/users')
}

/** Unlinks a user from who they are at a connection. */
export async function unlinkIdentity(user: string, identity: string): Promise<ActionResult> {
  return changed(
    await runAction(z.object({ user: id, identity: id }), { user, identity }, (actor, input) =>
      deleteIdentity(house(), actor, input),
    ),
  )
}

/** Ends one session of a user. */
export async function endSessionOfUser(session: string): Promise<ActionResult> {
  return changed(
    await runAction(id, session, (actor, input) => endUserSession(house(), actor, { id: input })),
  )
}

/** Ends every session of a user. */
export async function endAllOfUser(user: string): Promise<ActionResult> {
  return changed(
    await runAction(id, user, (actor, input) => endUserSessions(house(), actor, { user: input })),
  )
}

function changeUser(actor: Member, user: string, change: UserChangeInput) {
  return update(house(), actor, { user: id.parse(user), change })
}

function changed(result: ActionResult<unknown>): ActionResult {
  if (!result.ok) return result
  revalidatePath('/', 'layout')
  return { ok: true, value: undefined }
}

/** Of what is wrong with a namespace, the line it stands on. */
function namingLines(result: ActionResult): ActionResult {
  if (result.ok) return result
  const fields = result.fields.map(({ path, message }) => {
    const line = /^namespaces\.(\d+)$/.exec(path)?.[1]
    return line === undefined
      ? { path, message }
      : { path, message: `Line ${Number(line) + 1}: there is no such namespace.` }
  })
  return { ...result, fields }
}
