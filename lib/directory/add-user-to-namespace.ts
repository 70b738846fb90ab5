import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { addToNamespace } from '../store/namespaces.ts'
import { loadNamespaceRecord } from './namespace.ts'
import { loadUserRecord } from './user.ts'

/** Puts a user into a namespace, named by name or id; who is in it already stays in it. Throws `not_found` for either. */
export async function addUserToNamespace(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { namespace: string; user: string },
): Promise<void> {
  checkRole(actor, 'admin')
  const { organizationId } = actor
  const namespace = await loadNamespaceRecord(house, organizationId, input.namespace)
  const user = await loadUserRecord(house, organizationId, input.user)
  const done = await addToNamespace(house.db, organizationId, namespace.id, user.id)
  if (!done) throw new VestibuleError('not_found', 'The namespace or the user was deleted at this moment.')
  if (!done.added) return
  await recordAuditEvent(house, actor, {
    action: 'namespace.user-added',
    target: { type: 'namespace', id: namespace.id, name: namespace.name },
    tenant: user.tenant,
    after: { user: user.email },
  })
}
