import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { findTrace } from '../store/traces.ts'
import { type TraceView, viewTrace } from './trace.ts'

/** One trace; `received` (what the identity provider sent) only for admins. Throws `not_found`. */
export async function loadTrace(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { id: string },
): Promise<TraceView & { received: string | null }> {
  checkRole(actor, 'viewer')
  const row = await findTrace(house.db, actor.organizationId, input.id)
  if (!row) throw new VestibuleError('not_found', `Trace with id ${input.id} not found`)
  return { ...viewTrace(row), received: actor.role === 'viewer' ? null : row.received }
}
