import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import type { MemberRecord } from '../store/members.ts'
import type { MemberVisit } from './member-visit.ts'
import { type MemberSession, openMemberSession } from './open-member-session.ts'
import { tellOwners } from './tell-owners.ts'

/**
 * Opens the session of somebody who signed in with a password. Where members must sign in through a connection that is
 * the way in for emergencies: it has a name of its own in the audit log, and every owner is written to at once.
 */
export async function openByPassword(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer'>,
  visit: MemberVisit,
  member: MemberRecord,
  byBreakGlass: boolean,
  by: string,
): Promise<MemberSession> {
  if (!byBreakGlass) return openMemberSession(house, visit, member, { by })
  // First, so that nobody gets in without it.
  await tellOwners(house, visit.organizationId, {
    subject: `${member.name} signed in past the company’s sign-in`,
    body: {
      title: 'Somebody signed in to the portal in the emergency way',
      paragraphs: [
        'Members must sign in through the company, and this owner came in with a password instead. That is what the way is for when the company’s sign-in does not work. If nobody of you did this, end the session and change the password at once.',
      ],
      facts: [
        { label: 'Who', value: `${member.name} (${member.email})` },
        { label: 'When', value: house.clock.now().toISOString() },
        { label: 'From', value: visit.address },
        { label: 'Browser', value: visit.userAgent || 'unknown' },
      ],
    },
  })
  return openMemberSession(house, visit, member, { action: 'member.signed-in-by-break-glass', by })
}

export function ssoRequired(): VestibuleError {
  return new VestibuleError(
    'forbidden',
    'Members of this organization sign in through their company. Passwords do not open this portal.',
  )
}
