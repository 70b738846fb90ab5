'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { runAction } from '#app/(portal)/run-action.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import { tenantPath } from '#components/portal/addresses.ts'
import { createTenant as create } from '#lib/tenants/create-tenant.ts'
import { deleteTenant as remove } from '#lib/tenants/delete-tenant.ts'
import { newTenantSchema, tenantChangeSchema } from '#lib/tenants/tenant-input.ts'
import { updateTenant as update } from '#lib/tenants/update-tenant.ts'
import { house } from '#server/house-access.ts'

const tenantId = z.string().max(200)

/** Creates a tenant and opens its page. */
export async function createTenant(values: unknown): Promise<ActionResult> {
  const result = await runAction(newTenantSchema, values, (actor, input) => create(house(), actor, input))
  if (!result.ok) return result
  revalidatePath('/tenants')
  redirect(tenantPath(result.value))
}

/** Changes name, slug or state of a tenant; with a new slug its page moves. */
export async function updateTenant(id: string, slug: string, values: unknown): Promise<ActionResult> {
  const result = await runAction(tenantChangeSchema, values, (actor, change) =>
    update(house(), actor, { tenant: tenantId.parse(id), change }),
  )
  if (!result.ok) return result
  revalidatePath('/', 'layout')
  if (result.value.slug !== slug) redirect(tenantPath(result.value))
  return { ok: true, value: undefined }
}

/** Deletes a tenant with everything that is its, and goes back to the list. */
export async function deleteTenant(id: string): Promise<ActionResult> {
  const result = await runAction(tenantId, id, (actor, tenant) => remove(house(), actor, { tenant }))
  if (!result.ok) return result
  revalidatePath('/', 'layout')
  redirect('/tenants')
}
