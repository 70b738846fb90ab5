import type { ZodType, z } from 'zod'
import type { ActionResult } from '#components/forms/action-result.ts'
import { toSentence } from '#components/forms/to-sentence.ts'
import { recordAuditEvent } from '#lib/audit/record-audit-event.ts'
import { isVestibuleError } from '#lib/base/errors.ts'
import { checkStorable } from '#lib/http/body.ts'
import { house } from '#server/house-access.ts'
import { type Member, requireActor } from './session.ts'

/**
 * The frame of every server action: who is asking, is the input well-formed, what did the use case say.
 * Refusals come back as sentences; anything unforeseen is logged and left to the error page.
 */
export async function runAction<Schema extends ZodType, Value>(
  schema: Schema,
  input: unknown,
  act: (actor: Member, input: z.output<Schema>) => Promise<Value>,
): Promise<ActionResult<Value>> {
  const actor = await requireActor()
  const parsed = schema.safeParse(input)
  if (!parsed.success) {
    const fields = parsed.error.issues.map((issue) => ({
      path: issue.path.join('.'),
      message: toSentence(issue.message),
    }))
    return { ok: false, message: fields[0]?.message ?? 'Some of this is not valid.', fields }
  }
  try {
    checkStorable(parsed.data)
    return { ok: true, value: await act(actor, parsed.data) }
  } catch (thrown) {
    if (!isVestibuleError(thrown)) throw thrown
    if (thrown.code === 'forbidden') await recordDenial(actor, thrown.message)
    if (thrown.internal) house().log.warn({ requestId: actor.requestId }, thrown.internal)
    const fields = (thrown.fields ?? []).map(({ path, message }) => ({ path, message: toSentence(message) }))
    return { ok: false, message: thrown.message, fields }
  }
}

/** Somebody tried what their role does not allow. */
async function recordDenial(actor: Member, reason: string): Promise<void> {
  const target = { type: 'member', id: actor.id, name: actor.name }
  await recordAuditEvent(house(), actor, { action: 'access.denied', target, result: 'failure', reason })
}
