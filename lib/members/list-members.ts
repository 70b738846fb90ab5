import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { listMemberRecords, type MemberRecord } from '../store/members.ts'

/** Members of the organization without anything secret. */
export async function listMembers(
  house: Pick<House, 'db'>,
  actor: Actor,
): Promise<Omit<MemberRecord, 'passwordHash'>[]> {
  checkRole(actor, 'viewer')
  const rows = await listMemberRecords(house.db, actor.organizationId)
  return rows.map(({ passwordHash: _, ...row }) => row)
}
