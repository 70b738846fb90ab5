import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import type { RotatedPurpose } from '../signing/key-schedule.ts'
import { mintSigningKey } from '../signing/mint-signing-key.ts'
import { insertSigningKey } from '../store/signing-keys.ts'
import { keyTarget } from './key-target.ts'

/** Makes and publishes the next key for a purpose. Throws `conflict` when there is one. */
export async function makeNextKey(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'keys'>,
  actor: Actor,
  input: { purpose: RotatedPurpose },
): Promise<{ id: string }> {
  checkRole(actor, 'admin')
  const { organizationId } = actor
  const { purpose } = input
  await house.keys.load(organizationId, purpose)
  const row = await mintSigningKey(house, { organizationId, purpose, scope: '', state: 'next' })
  if (!(await insertSigningKey(house.db, row)))
    throw new VestibuleError('conflict', 'The next key is there already.')
  await house.keys.reload(organizationId, purpose)
  await recordAuditEvent(house, actor, { action: 'signing-key.made', target: keyTarget(row) })
  return { id: row.id }
}
