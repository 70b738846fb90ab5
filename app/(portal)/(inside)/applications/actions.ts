'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { runAction } from '#app/(portal)/run-action.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import {
  applicationSettingsForm,
  newApplicationForm,
  toNewApplication,
  toSettings,
} from '#components/forms/application-schemas.ts'
import type { CreatedApplication } from '#components/forms/new-application.tsx'
import { applicationChangeSchema, newApplicationSchema } from '#lib/applications/application-input.ts'
import { createApplication as create } from '#lib/applications/create-application.ts'
import { createApplicationSecret as createSecret } from '#lib/applications/create-application-secret.ts'
import { deleteApplication as remove } from '#lib/applications/delete-application.ts'
import { deleteApplicationSecret as removeSecret } from '#lib/applications/delete-application-secret.ts'
import { writeSnippets } from '#lib/applications/snippets.ts'
import { updateApplication as update } from '#lib/applications/update-application.ts'
import { house } from '#server/house-access.ts'

const id = z.string().max(200)

/** Creates an application. Its secret, and code with it, is in the answer and nowhere else. */
export async function createApplication(values: unknown): Promise<ActionResult<CreatedApplication>> {
  const { issuer } = await loadSite()
  const result = await runAction(newApplicationForm, values, async (actor, input) => {
    const made = await create(house(), actor, newApplicationSchema.parse(toNewApplication(input)))
    const { clientSecret } = made
    return {
      id: made.id,
      name: made.name,
      clientId: made.clientId,
      clientSecret: clientSecret ?? null,
      snippets: writeSnippets(made, { issuer, clientSecret }),
    }
  })
  // Not the whole portal: the page that shows the secret must stay as it is.
  if (result.ok) revalidatePath('/applications')
  return result
}

/** Changes an application. It holds from the next request. */
export async function updateApplication(application: string, values: unknown): Promise<ActionResult> {
  return changed(
    await runAction(applicationSettingsForm, values, (actor, input) => {
      const change = applicationChangeSchema.parse(toSettings(input))
      return update(house(), actor, { application: id.parse(application), change })
    }),
  )
}

/** Deletes an application with its secrets, and goes back to the list. */
export async function deleteApplication(application: string): Promise<ActionResult> {
  const result = await runAction(id, application, (actor, input) =>
    remove(house(), actor, { application: input }),
  )
  if (!result.ok) return result
  revalidatePath('/', 'layout')
  redirect('/applications')
}

/** Makes a further secret, which is in the answer and nowhere else. */
export async function createApplicationSecret(
  application: string,
): Promise<ActionResult<{ secret: string }>> {
  const result = await runAction(id, application, async (actor, input) => {
    const { clientSecret } = await createSecret(house(), actor, { application: input })
    return { secret: clientSecret }
  })
  if (result.ok) revalidatePath('/applications', 'layout')
  return result
}

/** Deletes a secret; it is refused from the next request. */
export async function deleteApplicationSecret(application: string, secret: string): Promise<ActionResult> {
  return changed(
    await runAction(z.object({ application: id, secret: id }), { application, secret }, (actor, input) =>
      removeSecret(house(), actor, input),
    ),
  )
}

function changed(result: ActionResult<unknown>): ActionResult {
  if (!result.ok) return result
  revalidatePath('/', 'layout')
  return { ok: true, value: undefined }
}
