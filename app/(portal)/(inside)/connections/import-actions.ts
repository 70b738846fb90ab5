'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import type { z } from 'zod'
import { runAction } from '#app/(portal)/run-action.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import { importConnectionForm, toRedirectUrls } from '#components/forms/connection-schemas.ts'
import type { ImportPreviewView } from '#components/forms/import-connection-form.tsx'
import { toSentence } from '#components/forms/to-sentence.ts'
import { connectionPath } from '#components/portal/addresses.ts'
import { importConnection as importNow, previewImport } from '#lib/connections/import/import-connection.ts'
import { connectionImportSchema } from '#lib/connections/import/read-import.ts'
import { house } from '#server/house-access.ts'
import { newClientIdSchema } from './client-id.ts'

/** What importing pasted settings would make. */
export async function previewConnectionImport(values: unknown): Promise<ActionResult<ImportPreviewView>> {
  const result = await runAction(importConnectionForm, values, async (actor, input) => {
    const { warnings, ...view } = await previewImport(house(), actor, toImport(input))
    return {
      ...view,
      warnings: warnings.map(({ path, message }) => `${nameOf(path)} ${message}.`),
      now: house().clock.now().toISOString(),
    }
  })
  return result.ok ? result : atTheForm(result)
}

/** Makes the connection under the clientID whose address the page has shown, and opens its page. */
export async function importConnection(clientId: string, values: unknown): Promise<ActionResult> {
  const result = await runAction(importConnectionForm, values, (actor, input) =>
    importNow(house(), actor, toImport(input), { clientId: newClientIdSchema.parse(clientId) }),
  )
  if (!result.ok) return atTheForm(result)
  revalidatePath('/', 'layout')
  redirect(`${connectionPath(result.value.clientID)}?created=1`)
}

function toImport(input: z.output<typeof importConnectionForm>) {
  const { furtherRedirectUrls: _, ...others } = input
  return connectionImportSchema.parse({ ...others, ...toRedirectUrls(input) })
}

/** What is wrong inside the settings is told at the field they were pasted into, all of it together. */
function atTheForm(refused: Extract<ActionResult<unknown>, { ok: false }>) {
  const inside = refused.fields.filter(({ path }) => path.split('.')[0] === 'config')
  const beside = refused.fields.filter((one) => !inside.includes(one))
  if (inside.length === 0) return refused
  const told = inside.map(({ path, message }) => toSentence(`${nameOf(path)} ${lowerFirst(message)}`))
  return { ...refused, fields: [...beside, { path: 'config', message: told.join(' ') }] }
}

/** `LoginUrl` for `config.LoginUrl`. */
function nameOf(path: string): string {
  if (path === 'config') return 'The text'
  return path === 'idpEntityId' ? 'The entity ID of the identity provider' : path.slice('config.'.length)
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1)
}
