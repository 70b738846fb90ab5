import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import type { Page } from '../store/db.ts'
import { listInvitationRecords } from '../store/invitations.ts'
import { findTenant } from '../store/tenants.ts'
import { type InvitationView, viewInvitations } from './invitation.ts'
import type { InvitationQuery } from './invitation-input.ts'

/** Invitations, newest first; `tenant` is a slug or an id, `query` looks into the address. */
export async function listInvitations(
  house: Pick<House, 'db' | 'clock' | 'config'>,
  actor: Actor,
  input: Partial<InvitationQuery>,
): Promise<Page<InvitationView>> {
  checkRole(actor, 'viewer')
  const { organizationId } = actor
  const { tenant: slugOrId, status: state, limit = 50, ...filter } = input
  const tenant = slugOrId === undefined ? undefined : await findTenant(house.db, organizationId, slugOrId)
  if (tenant === null) return { data: [], nextCursor: null }
  const page = await listInvitationRecords(house.db, organizationId, {
    ...filter,
    state,
    tenantId: tenant?.id,
    limit,
    now: house.clock.now(),
  })
  return { data: await viewInvitations(house, organizationId, page.data), nextCursor: page.nextCursor }
}
