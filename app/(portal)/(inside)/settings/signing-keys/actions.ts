'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { runAction } from '#app/(portal)/run-action.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import { makeNextKey } from '#lib/signing-keys/make-next-key.ts'
import { removeRetiredKey } from '#lib/signing-keys/remove-retired-key.ts'
import { switchKey } from '#lib/signing-keys/switch-key.ts'
import { house } from '#server/house-access.ts'

const purpose = z.enum(['id-token', 'saml'])
const id = z.string().min(1).max(100)

/** Makes and publishes the next key. */
export async function makeNext(which: unknown): Promise<ActionResult> {
  return shownAnew(
    await runAction(z.strictObject({ purpose }), { purpose: which }, async (actor, input) => {
      await makeNextKey(house(), actor, input)
    }),
  )
}

/** Makes the next key the current one. */
export async function switchTo(which: unknown, keyId: unknown): Promise<ActionResult> {
  return shownAnew(
    await runAction(z.strictObject({ purpose, id }), { purpose: which, id: keyId }, (actor, input) =>
      switchKey(house(), actor, input),
    ),
  )
}

/** Removes a retired key before its time. */
export async function removeRetired(keyId: unknown): Promise<ActionResult> {
  return shownAnew(
    await runAction(z.strictObject({ id }), { id: keyId }, (actor, input) =>
      removeRetiredKey(house(), actor, input),
    ),
  )
}

function shownAnew(result: ActionResult): ActionResult {
  if (result.ok) revalidatePath('/settings/signing-keys')
  return result
}
