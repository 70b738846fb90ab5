import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { removeAllFactors } from '../second-factor/second-factor.ts'
import { findAccountUser } from '../store/user-accounts.ts'
import { tellPerson } from './security-mail.ts'

/**
 * Takes every authenticator and recovery code from a user, for one who lost them all: their password alone signs them in
 * from then on. They get a mail. Throws `not_found` when there is no such user, or nothing to take.
 */
export async function removeSecondFactors(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer'>,
  actor: Actor,
  input: { user: string },
): Promise<void> {
  checkRole(actor, 'admin')
  const user = await findAccountUser(house.db, actor.organizationId, input.user)
  if (!user) throw new VestibuleError('not_found', `There is no user "${input.user}".`)
  const owner = { organizationId: actor.organizationId, userId: user.id }
  const count = await removeAllFactors(house, owner)
  if (count === 0) throw new VestibuleError('not_found', `${user.email} has no second step.`)
  await recordAuditEvent(house, actor, {
    action: 'user.second-factors-removed',
    target: { type: 'user', id: user.id, name: user.email },
    tenant: user.tenant,
    before: { authenticators: count },
  })
  const said = {
    title: 'Your second step was removed',
    paragraphs: ['An administrator did it. Your password alone signs you in until you set up another.'],
  }
  await tellPerson(house, user, said, { address: actor.address, userAgent: '' })
}
