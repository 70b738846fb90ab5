import { z } from 'zod'
import type { Actor } from '../base/actor.ts'
import { listQuery } from '../base/list-query.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import type { Page } from '../store/db.ts'
import { findTenant } from '../store/tenants.ts'
import { listUserRecords } from '../store/users.ts'
import { type UserView, viewUser } from './user.ts'

export const userQuerySchema = listQuery.extend({
  tenant: z.string().optional(),
  status: z
    .enum(['active', 'invited', 'pending', 'disabled'], {
      error: 'must be active, invited, pending or disabled',
    })
    .optional(),
})

/** Users, newest first; `tenant` is a slug or an id. `query` looks into addresses, names and ids. */
export async function listUsers(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: Partial<z.output<typeof userQuerySchema>>,
): Promise<Page<UserView>> {
  checkRole(actor, 'viewer')
  const { tenant: slugOrId, limit = 50, ...filter } = input
  const tenant =
    slugOrId === undefined ? undefined : await findTenant(house.db, actor.organizationId, slugOrId)
  if (tenant === null) return { data: [], nextCursor: null }
  const page = await listUserRecords(house.db, actor.organizationId, {
    ...filter,
    tenantId: tenant?.id,
    limit,
  })
  return { data: page.data.map(viewUser), nextCursor: page.nextCursor }
}
