import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { listApplicationSecretRecords } from '../store/applications.ts'
import { loadApplicationRecord } from './application.ts'
import { type ApplicationSecretView, viewApplicationSecret } from './application-secret.ts'

/** The secrets of an application, oldest first, by their last characters. Throws `not_found`. */
export async function listApplicationSecrets(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { application: string },
): Promise<ApplicationSecretView[]> {
  checkRole(actor, 'viewer')
  const { id } = await loadApplicationRecord(house, actor.organizationId, input.application)
  return (await listApplicationSecretRecords(house.db, id)).map(viewApplicationSecret)
}
