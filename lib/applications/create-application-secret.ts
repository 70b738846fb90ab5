import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import {
  type ApplicationRecord,
  insertApplicationSecret,
  type NewApplicationSecret,
} from '../store/applications.ts'
import { loadApplicationRecord } from './application.ts'
import { usesSecret } from './application-input.ts'
import {
  type ApplicationSecretView,
  mintApplicationSecret,
  secretTarget,
  viewApplicationSecret,
} from './application-secret.ts'

/** A new secret: the only time `clientSecret` is shown. */
export type NewApplicationSecretView = ApplicationSecretView & { clientSecret: string }

/**
 * Makes a further secret, so that one can be exchanged while the other works. Throws `not_found`; `conflict` when there
 * are two already, or when the application proves itself without a secret.
 */
export async function createApplicationSecret(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { application: string },
): Promise<NewApplicationSecretView> {
  checkRole(actor, 'admin')
  const application = await loadApplicationRecord(house, actor.organizationId, input.application)
  checkUsesSecret(application)
  const { clientSecret, row } = mintApplicationSecret(house, application.id)
  await insertSecret(house, application, row)
  await recordAuditEvent(house, actor, {
    action: 'application-secret.created',
    target: secretTarget(row, application),
    after: { application: application.id, hint: row.hint },
  })
  return { ...viewApplicationSecret({ ...row, lastUsedAt: null }), clientSecret }
}

function checkUsesSecret(application: ApplicationRecord): void {
  if (usesSecret(application)) return
  const how =
    application.tokenEndpointAuthMethod === 'none'
      ? `A ${application.type} application can keep no secret; PKCE protects it.`
      : 'The application proves itself by its key (private_key_jwt) and has no secret.'
  throw new VestibuleError('conflict', how)
}

async function insertSecret(
  house: Pick<House, 'db'>,
  application: ApplicationRecord,
  row: NewApplicationSecret,
): Promise<void> {
  const outcome = await insertApplicationSecret(house.db, row)
  if (outcome === 'full')
    throw new VestibuleError(
      'conflict',
      'There are two secrets already. Delete the one that is no longer used, then make a new one.',
    )
  if (outcome === 'gone')
    throw new VestibuleError('not_found', `There is no application "${application.id}".`)
}
