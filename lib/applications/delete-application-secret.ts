import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { deleteApplicationSecretRecord, listApplicationSecretRecords } from '../store/applications.ts'
import { loadApplicationRecord } from './application.ts'
import { usesSecret } from './application-input.ts'
import { secretTarget } from './application-secret.ts'

/**
 * Deletes a secret; whoever still uses it is refused from then on. Throws `not_found`; `conflict` for the last secret of
 * an application that proves itself with one.
 */
export async function deleteApplicationSecret(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { application: string; secret: string },
): Promise<void> {
  checkRole(actor, 'admin')
  const application = await loadApplicationRecord(house, actor.organizationId, input.application)
  const secrets = await listApplicationSecretRecords(house.db, application.id)
  const secret = secrets.find(({ id }) => id === input.secret)
  if (!secret) throw missing()
  const keepLast = usesSecret(application)
  const outcome = await deleteApplicationSecretRecord(house.db, application.id, secret.id, { keepLast })
  if (outcome === 'gone') throw missing()
  if (outcome === 'last')
    throw new VestibuleError(
      'conflict',
      'This is the only secret of the application. Make a new one first, or delete the application.',
    )
  await recordAuditEvent(house, actor, {
    action: 'application-secret.deleted',
    target: secretTarget(secret, application),
    before: { application: application.id, hint: secret.hint },
  })
}

function missing(): VestibuleError {
  return new VestibuleError('not_found', 'The application has no such secret.')
}
