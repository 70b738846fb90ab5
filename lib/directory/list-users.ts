import { z } from 'zod'
import type { Actor } from '../base/actor.ts'
import { listQuery } from '../base/list-query.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import type { Page } from '../store/db.ts'
import { findNamespace } from '../store/namespaces.ts'
import { findTenant } from '../store/tenants.ts'
import { listUserRecords, type UserFilter, type UserStatus } from '../store/users.ts'
import { type UserView, viewUser } from './user.ts'

export const userQuerySchema = listQuery.extend({
  tenant: z.string().optional(),
  namespace: z.string().optional(),
  status: z
    .enum(['active', 'invited', 'pending', 'disabled'], {
      error: 'must be active, invited, pending or disabled',
    })
    .optional(),
})

/** Users, newest first; `tenant` is a slug or an id, `namespace` a name or an id. `query` looks into addresses, names and ids. */
export async function listUsers(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: Partial<z.output<typeof userQuerySchema>>,
): Promise<Page<UserView>> {
  checkRole(actor, 'viewer')
  const { limit = 50, cursor } = input
  const filter = await findUserFilter(house, actor.organizationId, input)
  if (!filter) return { data: [], nextCursor: null }
  const page = await listUserRecords(house.db, actor.organizationId, { ...filter, cursor, limit })
  return { data: page.data.map(viewUser), nextCursor: page.nextCursor }
}

/** What was asked for, as the store knows it; null when it names a tenant or a namespace there is not. */
export async function findUserFilter(
  house: Pick<House, 'db'>,
  organizationId: string,
  asked: { tenant?: string; namespace?: string; status?: UserStatus; query?: string },
): Promise<UserFilter | null> {
  const { status, query } = asked
  const [tenant, namespace] = await Promise.all([
    asked.tenant === undefined ? undefined : findTenant(house.db, organizationId, asked.tenant),
    asked.namespace === undefined ? undefined : findNamespace(house.db, organizationId, asked.namespace),
  ])
  if (tenant === null || namespace === null) return null
  return { tenantId: tenant?.id, namespaceId: namespace?.id, status, query }
}
