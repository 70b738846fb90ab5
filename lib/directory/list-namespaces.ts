import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import type { Page } from '../store/db.ts'
import { countNamespaceMembers, listNamespaceRecords } from '../store/namespaces.ts'
import { type NamespaceView, viewNamespace } from './namespace.ts'

/** Namespaces, newest first, each with the number of its users. `query` looks into the name. */
export async function listNamespaces(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: { query?: string; cursor?: string; limit?: number },
): Promise<Page<NamespaceView>> {
  checkRole(actor, 'viewer')
  const { limit = 50 } = input
  const page = await listNamespaceRecords(house.db, actor.organizationId, { ...input, limit })
  const countOf = await countNamespaceMembers(
    house.db,
    page.data.map(({ id }) => id),
  )
  return { ...page, data: page.data.map((row) => viewNamespace(row, countOf.get(row.id) ?? 0)) }
}
