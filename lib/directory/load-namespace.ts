import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { countNamespaceMembers } from '../store/namespaces.ts'
import { loadNamespaceRecord, type NamespaceView, viewNamespace } from './namespace.ts'

/** One namespace by name or id. Throws `not_found`. */
export async function loadNamespace(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { namespace: string },
): Promise<NamespaceView> {
  checkRole(actor, 'viewer')
  const row = await loadNamespaceRecord(house, actor.organizationId, input.namespace)
  const countOf = await countNamespaceMembers(house.db, [row.id])
  return viewNamespace(row, countOf.get(row.id) ?? 0)
}
