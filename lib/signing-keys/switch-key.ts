import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { type RotatedPurpose, switchableAt } from '../signing/key-schedule.ts'
import { listSigningKeyRecords, promoteNextSigningKey } from '../store/signing-keys.ts'
import { keyTarget } from './key-target.ts'

/**
 * Makes the next key the current one; the current one retires. `id` is the key the actor saw as the next one. Throws
 * `not_found`, and `conflict` when it is not the next one any more or has not been published for long enough.
 */
export async function switchKey(
  house: Pick<House, 'db' | 'clock' | 'random' | 'keys'>,
  actor: Actor,
  input: { purpose: RotatedPurpose; id: string },
): Promise<void> {
  checkRole(actor, 'admin')
  const { purpose, id } = input
  const now = house.clock.now()
  const rows = await listSigningKeyRecords(house.db, actor.organizationId, purpose, '')
  const next = rows.find((row) => row.id === id)
  if (!next) throw new VestibuleError('not_found', 'There is no such key.')
  if (next.state !== 'next') throw gone()
  const from = switchableAt(purpose, next)
  if (now < from) {
    const minutes = Math.ceil((from.getTime() - now.getTime()) / 60_000)
    const when = minutes === 1 ? 'a minute' : `${minutes} minutes`
    const message = `The next key was made just now, and not everybody has read it. It can take over in ${when}.`
    throw new VestibuleError('conflict', message)
  }
  if (!(await promoteNextSigningKey(house.db, next, now))) throw gone()
  await house.keys.reload(actor.organizationId, purpose)
  const current = rows.find(({ state }) => state === 'current')
  await recordAuditEvent(house, actor, {
    action: 'signing-key.switched',
    target: keyTarget(next),
    before: { current: current?.id ?? null },
    after: { current: next.id },
  })
}

function gone(): VestibuleError {
  return new VestibuleError('conflict', 'This is not the next key any more: somebody was quicker.')
}
