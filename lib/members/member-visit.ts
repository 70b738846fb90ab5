import type { Actor } from '../base/actor.ts'
import type { MemberRecord } from '../store/members.ts'

/** Somebody at the door of the portal: for which organization, and from where. */
export type MemberVisit = {
  organizationId: string
  address: string
  userAgent: string
  requestId: string
}

/** The actor of what happens at the door: the member, or with null somebody who is none as far as we know. */
export function visitorOf(
  visit: Omit<MemberVisit, 'userAgent'>,
  member: Pick<MemberRecord, 'id' | 'name' | 'role'> | null,
  name = '',
): Actor {
  return {
    type: 'member',
    id: member?.id ?? '',
    name: member?.name ?? name,
    role: member?.role ?? 'viewer',
    organizationId: visit.organizationId,
    address: visit.address,
    requestId: visit.requestId,
  }
}
