import type { Actor, Role } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { findListedMember, type ListedMember } from '../store/members.ts'

/** A member as others see one. Times are RFC 3339. */
export type MemberView = {
  id: string
  email: string
  name: string
  role: Role
  /** `invited` until they have accepted. */
  status: 'active' | 'invited'
  /** When the link of an invitation ends; null where none works. */
  invitationExpiresAt: string | null
  hasPassword: boolean
  /** Whether more than the password is asked of them. */
  secondFactor: boolean
  /** Whether they are linked to the connection through which members sign in now. */
  ssoLinked: boolean
  lastSignInAt: string | null
  createdAt: string
  updatedAt: string
}

export function viewMember(
  row: ListedMember,
  about: { portalConnectionId: string | null; now: Date },
): MemberView {
  const { ssoConnectionId, invitationExpiresAt, lastSignInAt, createdAt, updatedAt, ...rest } = row
  const waits = row.status === 'invited' && invitationExpiresAt !== null && invitationExpiresAt > about.now
  return {
    ...rest,
    ssoLinked: ssoConnectionId !== null && ssoConnectionId === about.portalConnectionId,
    invitationExpiresAt: waits ? invitationExpiresAt.toISOString() : null,
    lastSignInAt: lastSignInAt?.toISOString() ?? null,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}

/** The member of the actor's organization with that id; throws `not_found`. */
export async function loadListedMember(
  house: Pick<House, 'db'>,
  organizationId: string,
  id: string,
): Promise<ListedMember> {
  const row = await findListedMember(house.db, organizationId, id)
  if (!row) throw new VestibuleError('not_found', 'There is no such member.')
  return row
}

/** Owners are made and invited by owners alone, others by admins too. Throws `forbidden`. */
export function checkMayInvite(actor: Actor, role: Role): void {
  checkRole(actor, role === 'owner' ? 'owner' : 'admin')
}

export function lastOwner(): VestibuleError {
  return new VestibuleError('conflict', 'The organization needs an owner: make somebody else one first.')
}

/** How the audit log names a member. */
export function targetOf({ id, email }: { id: string; email: string }) {
  return { type: 'member', id, name: email }
}
