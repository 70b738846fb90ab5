'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { runAction } from '#app/(portal)/run-action.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import type { ImportPreview, ImportResult } from '#lib/directory/import-users.ts'
import { importUsers as run } from '#lib/directory/import-users.ts'
import { house } from '#server/house-access.ts'

const uploadSchema = z.strictObject({
  tenant: z.string().trim().min(1, 'Choose the tenant').max(128),
  file: z.instanceof(Blob, { error: 'Choose a file, or paste the list' }),
})

/** What the import would do. Nothing is written. */
export async function previewImport(data: FormData): Promise<ActionResult<ImportPreview>> {
  return upload(data, true) as Promise<ActionResult<ImportPreview>>
}

/** Imports what can be imported, and tells the rest. */
export async function importUsers(data: FormData): Promise<ActionResult<ImportResult>> {
  const result = await upload(data, false)
  if (result.ok) revalidatePath('/', 'layout')
  return result as ActionResult<ImportResult>
}

function upload(data: FormData, preview: boolean): Promise<ActionResult<ImportPreview | ImportResult>> {
  const given = { tenant: data.get('tenant'), file: data.get('file') }
  return runAction(uploadSchema, given, async (actor, { tenant, file }) => {
    const bytes = new Uint8Array(await file.arrayBuffer())
    return run(house(), actor, { tenant, preview, bytes })
  })
}
