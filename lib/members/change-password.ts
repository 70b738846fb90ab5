import type { z } from 'zod'
import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { hashPassword } from '../passwords/password.ts'
import { deleteAccountTokensOf } from '../store/account-tokens.ts'
import { findMember, revokeMemberSessions, setMemberPassword } from '../store/members.ts'
import { loadOrganization } from '../store/organizations.ts'
import { ssoRequired } from './break-glass.ts'
import { checkOwnPassword } from './check-own-password.ts'
import { mayHavePassword } from './invitation.ts'
import type { changePasswordSchema } from './password-input.ts'

/**
 * Changes the actor's own password and ends all other sessions. Throws `validation_failed`, `rate_limited`, and
 * `forbidden` where members have none, `conflict` for who has none: they get their first one by mail.
 */
export async function changePassword(
  house: Pick<House, 'db' | 'clock' | 'random'>,
  actor: Actor & { sessionId: string },
  input: z.output<typeof changePasswordSchema>,
): Promise<void> {
  const { organizationId, id } = actor
  if (!mayHavePassword(await loadOrganization(house.db, organizationId), actor.role)) throw ssoRequired()
  const member = await findMember(house.db, organizationId, id)
  if (member?.passwordHash === null)
    throw new VestibuleError('conflict', 'You have no password yet. Ask for one at the sign-in page.')
  await checkOwnPassword(house, actor, input.current, 'current')
  await setMemberPassword(house.db, organizationId, id, await hashPassword(input.next))
  const now = house.clock.now()
  await revokeMemberSessions(house.db, organizationId, id, { exceptId: actor.sessionId }, now)
  const purposes = ['member-reset-password' as const, 'member-second-step' as const]
  await deleteAccountTokensOf(house.db, { organizationId, subjectId: id, purposes })
  await recordAuditEvent(house, actor, {
    action: 'member.password-changed',
    target: { type: 'member', id, name: actor.name },
  })
}
