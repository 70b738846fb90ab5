'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { runAction } from '#app/(portal)/run-action.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import type { CreatedTarget } from '#components/forms/new-target.tsx'
import {
  newTargetForm,
  rotateTargetForm,
  targetSettingsForm,
  toNewTarget,
  toRotation,
  toTargetSettings,
} from '#components/forms/target-schemas.ts'
import { createTarget as create } from '#lib/jwt-sso-targets/create-target.ts'
import { deleteTarget as remove } from '#lib/jwt-sso-targets/delete-target.ts'
import { rotateTarget as rotate } from '#lib/jwt-sso-targets/rotate-target.ts'
import { newTargetSchema, targetChangeSchema } from '#lib/jwt-sso-targets/target-input.ts'
import { updateTarget as update } from '#lib/jwt-sso-targets/update-target.ts'
import { house } from '#server/house-access.ts'

const id = z.string().max(200)

/** Makes a target. Its secret is in the answer and nowhere else. */
export async function createTarget(values: unknown): Promise<ActionResult<CreatedTarget>> {
  const { issuer } = await loadSite()
  const result = await runAction(newTargetForm, values, async (actor, input) => {
    const made = await create(house(), actor, { ...newTargetSchema.parse(toNewTarget(input)), issuer })
    return { id: made.id, name: made.name, ssoUrl: made.ssoUrl, audience: made.audience, secret: made.secret }
  })
  // Not the whole portal: the page that shows the secret must stay as it is.
  if (result.ok) revalidatePath('/jwt-sso-targets')
  return result
}

/** Changes a target. It holds from the next request. */
export async function updateTarget(target: string, values: unknown): Promise<ActionResult> {
  const { issuer } = await loadSite()
  const result = await runAction(targetSettingsForm, values, (actor, input) => {
    const change = targetChangeSchema.parse(toTargetSettings(input))
    return update(house(), actor, { target: id.parse(target), issuer, change })
  })
  if (!result.ok) return result
  revalidatePath('/', 'layout')
  return { ok: true, value: undefined }
}

/** Exchanges the secret; the new one is in the answer and nowhere else. */
export async function rotateTarget(
  target: string,
  values: unknown,
): Promise<ActionResult<{ secret: string }>> {
  const { issuer } = await loadSite()
  const result = await runAction(rotateTargetForm, values, async (actor, input) => {
    const rotated = await rotate(house(), actor, { target: id.parse(target), issuer, ...toRotation(input) })
    return { secret: rotated.secret }
  })
  if (result.ok) revalidatePath('/jwt-sso-targets', 'layout')
  return result
}

/** Deletes a target with its secret, and goes back to the list. */
export async function deleteTarget(target: string): Promise<ActionResult> {
  const result = await runAction(id, target, (actor, input) => remove(house(), actor, { target: input }))
  if (!result.ok) return result
  revalidatePath('/', 'layout')
  redirect('/jwt-sso-targets')
}
