import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import type { KeyPurpose } from '../signing/key-ring.ts'
import { deleteRetiredSigningKey } from '../store/signing-keys.ts'
import { keyTarget } from './key-target.ts'

/** Removes a retired key before its time: what it signed or encrypted is refused from then on. Throws `not_found`. */
export async function removeRetiredKey(
  house: Pick<House, 'db' | 'clock' | 'random' | 'keys'>,
  actor: Actor,
  input: { id: string },
): Promise<void> {
  checkRole(actor, 'admin')
  const purpose = await deleteRetiredSigningKey(house.db, actor.organizationId, input.id)
  if (purpose === null) throw new VestibuleError('not_found', 'There is no such retired key.')
  await house.keys.reload(actor.organizationId, purpose as KeyPurpose)
  await recordAuditEvent(house, actor, {
    action: 'signing-key.removed',
    target: keyTarget({ id: input.id, purpose }),
  })
}
