import { sha256 } from '../base/encoding.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { findAccountToken } from '../store/account-tokens.ts'
import { findMember, type MemberRecord } from '../store/members.ts'
import { loadOrganization } from '../store/organizations.ts'

/** An invitation as the page shows it to whoever holds its link. */
export type InvitationView = {
  email: string
  name: string
  role: MemberRecord['role']
  /** Which ways to sign in the invited person may choose. */
  mayUsePassword: boolean
  mayUseSso: boolean
}

/** What the link of an invitation leads to; null when it was used, revoked or is too old. */
export async function findInvitation(
  house: Pick<House, 'db' | 'clock'>,
  input: { organizationId: string; token: string },
): Promise<InvitationView | null> {
  const member = await findInvited(house, { ...input, tokenHash: sha256(input.token) })
  if (!member) return null
  const { portalConnectionId, requirePortalSso } = await loadOrganization(house.db, input.organizationId)
  const { email, name, role } = member
  return {
    email,
    name,
    role,
    mayUsePassword: mayHavePassword({ requirePortalSso }, role),
    mayUseSso: portalConnectionId !== null,
  }
}

/** Whom an invitation is for; null as above. */
export async function findInvited(
  house: Pick<House, 'db' | 'clock'>,
  { organizationId, tokenHash }: { organizationId: string; tokenHash: string },
): Promise<MemberRecord | null> {
  const which = { organizationId, purpose: 'member-invitation' as const, tokenHash }
  const row = await findAccountToken(house.db, which, house.clock.now())
  const member = row?.subjectId ? await findMember(house.db, organizationId, row.subjectId) : null
  return member?.status === 'invited' ? member : null
}

/** Where members must sign in through a connection, passwords are for owners alone: for the day it does not work. */
export function mayHavePassword(
  { requirePortalSso }: { requirePortalSso: boolean },
  role: MemberRecord['role'],
): boolean {
  return !requirePortalSso || role === 'owner'
}

export function invitationOver(): VestibuleError {
  return new VestibuleError(
    'not_found',
    'This invitation was used, taken back or is too old. Ask for another one.',
  )
}
