import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { countNamespaceMembers, deleteNamespaceRecord } from '../store/namespaces.ts'
import { loadNamespaceRecord } from './namespace.ts'

/** Deletes a namespace, named by name or id. The users who were in it stay. Throws `not_found`. */
export async function deleteNamespace(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor,
  input: { namespace: string },
): Promise<void> {
  checkRole(actor, 'admin')
  const namespace = await loadNamespaceRecord(house, actor.organizationId, input.namespace)
  const members = await countNamespaceMembers(house.db, [namespace.id])
  const deleted = await deleteNamespaceRecord(house.db, actor.organizationId, namespace.id)
  if (!deleted) throw new VestibuleError('not_found', `There is no namespace "${input.namespace}".`)
  await recordAuditEvent(house, actor, {
    action: 'namespace.deleted',
    target: { type: 'namespace', id: namespace.id, name: namespace.name },
    before: { name: namespace.name, memberCount: members.get(namespace.id) ?? 0 },
  })
}
