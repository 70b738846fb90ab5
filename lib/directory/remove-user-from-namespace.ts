import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { removeFromNamespace } from '../store/namespaces.ts'
import { loadNamespaceRecord } from './namespace.ts'
import { loadUserRecord } from './user.ts'

/** Takes a user out of a namespace, named by name or id. Throws `not_found` for either, and for who is not in it. */
export async function removeUserFromNamespace(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { namespace: string; user: string },
): Promise<void> {
  checkRole(actor, 'admin')
  const { organizationId } = actor
  const namespace = await loadNamespaceRecord(house, organizationId, input.namespace)
  const user = await loadUserRecord(house, organizationId, input.user)
  const removed = await removeFromNamespace(house.db, organizationId, namespace.id, user.id)
  if (!removed)
    throw new VestibuleError(
      'not_found',
      `The user "${user.id}" is not in the namespace "${namespace.name}".`,
    )
  await recordAuditEvent(house, actor, {
    action: 'namespace.user-removed',
    target: { type: 'namespace', id: namespace.id, name: namespace.name },
    tenant: user.tenant,
    before: { user: user.email },
  })
}
