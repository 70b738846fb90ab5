import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { secondsAfter } from '../base/clock.ts'
import { VestibuleError } from '../base/errors.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { renewMail } from '../store/mails.ts'
import { tryingSeconds } from './mail.ts'

/** Sends a mail again, whatever became of it before. Throws `not_found`, and `conflict` where there is no mail server. */
export async function resendMail(
  house: Pick<House, 'db' | 'clock' | 'random' | 'config'>,
  actor: Actor,
  input: { id: string },
): Promise<void> {
  checkRole(actor, 'admin')
  if (house.config.smtp === null)
    throw new VestibuleError('conflict', 'There is no mail server: set SMTP_URL, and it is sent by itself.')
  const now = house.clock.now()
  const giveUpAt = secondsAfter(now, tryingSeconds)
  const mail = await renewMail(house.db, actor.organizationId, input.id, now, giveUpAt)
  if (!mail) throw new VestibuleError('not_found', 'There is no such mail.')
  await recordAuditEvent(house, actor, {
    action: 'mail.resent',
    target: { type: 'mail', id: mail.id, name: mail.subject },
  })
}
