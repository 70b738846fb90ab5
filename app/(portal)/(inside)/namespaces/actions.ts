'use server'

import { revalidatePath } from 'next/cache'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { runAction } from '#app/(portal)/run-action.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import { namespacePath } from '#components/portal/addresses.ts'
import { addUserToNamespace } from '#lib/directory/add-user-to-namespace.ts'
import { createNamespace as create } from '#lib/directory/create-namespace.ts'
import { deleteNamespace as remove } from '#lib/directory/delete-namespace.ts'
import { newNamespaceSchema } from '#lib/directory/namespace-input.ts'
import { removeUserFromNamespace } from '#lib/directory/remove-user-from-namespace.ts'
import { house } from '#server/house-access.ts'

const id = z.string().max(200)
const membership = z.strictObject({ namespace: id, user: id })

/** Creates a namespace and opens its page. */
export async function createNamespace(values: unknown): Promise<ActionResult> {
  const result = await runAction(newNamespaceSchema, values, (actor, input) => create(house(), actor, input))
  if (!result.ok) return result
  revalidatePath('/namespaces', 'layout')
  redirect(namespacePath(result.value))
}

/** Deletes a namespace and goes back to the list. */
export async function deleteNamespace(namespace: string): Promise<ActionResult> {
  const result = await runAction(id, namespace, (actor, asked) =>
    remove(house(), actor, { namespace: asked }),
  )
  if (!result.ok) return result
  revalidatePath('/', 'layout')
  redirect('/namespaces')
}

export async function addUser(namespace: string, user: string): Promise<ActionResult> {
  const result = await runAction(membership, { namespace, user }, (actor, input) =>
    addUserToNamespace(house(), actor, input),
  )
  if (result.ok) revalidatePath('/', 'layout')
  return result
}

export async function removeUser(namespace: string, user: string): Promise<ActionResult> {
  const result = await runAction(membership, { namespace, user }, (actor, input) =>
    removeUserFromNamespace(house(), actor, input),
  )
  if (result.ok) revalidatePath('/', 'layout')
  return result
}
