import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import type { Page } from '../store/db.ts'
import { listJoinRequestRecords } from '../store/join-requests.ts'
import { findTenant } from '../store/tenants.ts'
import { type JoinRequestView, viewJoinRequest } from './join-request.ts'
import type { JoinRequestQuery } from './join-request-input.ts'

/** Requests to join, newest first; `tenant` is a slug or an id, `query` looks into the address. */
export async function listJoinRequests(
  house: Pick<House, 'db'>,
  actor: Actor,
  input: Partial<JoinRequestQuery>,
): Promise<Page<JoinRequestView>> {
  checkRole(actor, 'viewer')
  const { organizationId } = actor
  const { tenant: slugOrId, limit = 50, ...filter } = input
  const tenant = slugOrId === undefined ? undefined : await findTenant(house.db, organizationId, slugOrId)
  if (tenant === null) return { data: [], nextCursor: null }
  const page = await listJoinRequestRecords(house.db, organizationId, {
    ...filter,
    tenantId: tenant?.id,
    limit,
  })
  return { data: page.data.map(viewJoinRequest), nextCursor: page.nextCursor }
}
