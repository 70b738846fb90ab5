'use server'

import { revalidatePath } from 'next/cache'
import { z } from 'zod'
import { loadSite } from '#app/(portal)/request-facts.ts'
import { runAction } from '#app/(portal)/run-action.ts'
import type { ActionResult } from '#components/forms/action-result.ts'
import { changePassword as change } from '#lib/members/change-password.ts'
import {
  type AddedFactor,
  beginOwnPasskey,
  beginOwnTotp,
  finishOwnPasskey,
  finishOwnTotp,
  removeOwnFactor,
  renewRecoveryCodes,
} from '#lib/members/own-factors.ts'
import { changePasswordSchema } from '#lib/members/password-input.ts'
import { beginLink, unlink } from '#lib/members/portal-identity.ts'
import { revokeMemberSession } from '#lib/members/revoke-member-session.ts'
import { house } from '#server/house-access.ts'

const nothing = z.undefined()
const password = z.string().max(1000)
const ownPassword = z.strictObject({ password })

/** Changes the member's own password; their other sessions end. */
export async function changePassword(values: unknown): Promise<ActionResult> {
  const result = await runAction(changePasswordSchema, values, (actor, input) =>
    change(house(), actor, input),
  )
  if (result.ok) revalidatePath('/settings/account')
  return result
}

/** Ends one of the member's own sessions. */
export async function endSession(id: string): Promise<ActionResult> {
  const result = await runAction(z.string().max(100), id, async (actor, session) => {
    await revokeMemberSession(house(), actor, { id: session })
  })
  if (result.ok) revalidatePath('/settings/account')
  return result
}

/** Ends all of the member's sessions but this one. */
export async function endOtherSessions(): Promise<ActionResult> {
  const result = await runAction(nothing, undefined, async (actor) => {
    await revokeMemberSession(house(), actor, { exceptId: actor.sessionId })
  })
  if (result.ok) revalidatePath('/settings/account')
  return result
}

/** A secret for the member's authenticator app, shown once. */
export async function beginApp(
  values: unknown,
): Promise<ActionResult<{ id: string; secret: string; qr: string }>> {
  const site = await loadSite()
  return runAction(ownPassword, values, async (actor, input) => {
    const { id, secret, qr } = await beginOwnTotp(house(), site, actor, input)
    return { id, secret, qr }
  })
}

/** Takes the first code of the app; from then on it is asked for. */
export async function finishApp(values: unknown): Promise<ActionResult<AddedFactor>> {
  const schema = z.strictObject({
    id: z.string().max(100),
    code: z.string().min(1, 'Enter the code').max(20),
  })
  const result = await runAction(schema, values, (actor, input) => finishOwnTotp(house(), actor, input))
  if (result.ok) revalidatePath('/settings/account')
  return result
}

/** What the browser needs to make a passkey. */
export async function beginPasskey(values: unknown): Promise<ActionResult<object>> {
  const site = await loadSite()
  return runAction(ownPassword, values, (actor, input) => beginOwnPasskey(house(), site, actor, input))
}

/** Keeps the passkey the browser has made. */
export async function finishPasskey(values: unknown): Promise<ActionResult<AddedFactor>> {
  const site = await loadSite()
  const schema = z.strictObject({ answer: z.string().max(20_000), name: z.string().max(200) })
  const result = await runAction(schema, values, (actor, input) =>
    finishOwnPasskey(house(), site, actor, input),
  )
  if (result.ok) revalidatePath('/settings/account')
  return result
}

/** Removes one of the member's second factors. */
export async function removeFactor(factorId: string, values: unknown): Promise<ActionResult> {
  const schema = z.strictObject({ id: z.string().max(100), password })
  const input = { ...(values as object), id: factorId }
  const result = await runAction(schema, input, (actor, given) => removeOwnFactor(house(), actor, given))
  if (result.ok) revalidatePath('/settings/account')
  return result
}

/** New recovery codes in the place of the old, shown once. */
export async function renewCodes(values: unknown): Promise<ActionResult<string[]>> {
  const result = await runAction(ownPassword, values, (actor, input) =>
    renewRecoveryCodes(house(), actor, input),
  )
  if (result.ok) revalidatePath('/settings/account')
  return result
}

/** Where the member's browser goes to be linked to the company's sign-in. */
export async function beginCompanyLink(): Promise<ActionResult<string>> {
  return runAction(nothing, undefined, async (actor) => {
    const link = await beginLink(house(), actor)
    return `/portal-login?${new URLSearchParams({ link })}`
  })
}

/** Forgets who the member is at the company's sign-in. */
export async function endCompanyLink(): Promise<ActionResult> {
  const result = await runAction(nothing, undefined, (actor) => unlink(house(), actor))
  if (result.ok) revalidatePath('/settings/account')
  return result
}
