'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { runAction } from '#app/(portal)/run-action.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import {
  removeOrganizationLogo,
  setOrganizationLogo,
  updateOrganization,
} from '#lib/organizations/organization-brand.ts'
import { logoUploadSchema, organizationChangeSchema } from '#lib/organizations/organization-input.ts'
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

/** Changes the organization's name. */
export async function saveOrganization(values: unknown): Promise<ActionResult> {
  const result = await runAction(organizationChangeSchema, values, async (actor, change) => {
    await updateOrganization(house(), actor, change)
    house().organizations.forget(actor.organizationId)
  })
  // The name stands at the head of every page.
  if (result.ok) revalidatePath('/', 'layout')
  return result
}

/** Takes an uploaded image as the organization's logo. */
export async function saveLogo(values: unknown): Promise<ActionResult> {
  const result = await runAction(logoUploadSchema, values, async (actor, { logo }) => {
    await setOrganizationLogo(house(), actor, new Uint8Array(await logo.arrayBuffer()))
    house().organizations.forget(actor.organizationId)
  })
  if (result.ok) revalidatePath('/settings')
  return result
}

/** Shows the name in place of the logo again. */
export async function removeLogo(): Promise<ActionResult> {
  const result = await runAction(z.strictObject({}), {}, async (actor) => {
    await removeOrganizationLogo(house(), actor)
    house().organizations.forget(actor.organizationId)
  })
  if (result.ok) revalidatePath('/settings')
  return result
}
