import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import type { Page } from '../store/db.ts'
import { listMemberRecords } from '../store/members.ts'
import { loadOrganization } from '../store/organizations.ts'
import { loadListedMember, type MemberView, viewMember } from './member.ts'

/** Members of the organization, oldest first, without anything secret. `query` looks into name and address. */
export async function listMembers(
  house: Pick<House, 'db' | 'clock'>,
  actor: Actor,
  input: { query?: string; cursor?: string; limit?: number },
): Promise<Page<MemberView>> {
  checkRole(actor, 'viewer')
  const [{ portalConnectionId }, page] = await Promise.all([
    loadOrganization(house.db, actor.organizationId),
    listMemberRecords(house.db, actor.organizationId, { ...input, limit: input.limit ?? 50 }),
  ])
  const about = { portalConnectionId, now: house.clock.now() }
  return { data: page.data.map((row) => viewMember(row, about)), nextCursor: page.nextCursor }
}

/** One of them. Throws `not_found`. */
export async function loadMember(
  house: Pick<House, 'db' | 'clock'>,
  actor: Actor,
  input: { member: string },
): Promise<MemberView> {
  checkRole(actor, 'viewer')
  const row = await loadListedMember(house, actor.organizationId, input.member)
  const { portalConnectionId } = await loadOrganization(house.db, actor.organizationId)
  return viewMember(row, { portalConnectionId, now: house.clock.now() })
}
