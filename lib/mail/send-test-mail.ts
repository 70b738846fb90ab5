import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import { findMember } from '../store/members.ts'
import { queueMail } from './mail.ts'

/** Writes to the member who asks, so that they see whether mail arrives. */
export async function sendTestMail(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'config'>,
  actor: Actor,
): Promise<void> {
  checkRole(actor, 'admin')
  const member = await findMember(house.db, actor.organizationId, actor.id)
  if (!member) return
  await queueMail(house, actor.organizationId, {
    to: member.email,
    subject: 'A test message from Vestibule',
    body: {
      title: 'Mail arrives',
      paragraphs: [
        'This is the test message you asked for. Invitations, warnings and links to reset a password will come the same way.',
      ],
      because: `${member.name} asked for it in the portal.`,
    },
  })
  await recordAuditEvent(house, actor, {
    action: 'mail.tested',
    target: { type: 'mail', id: member.id, name: member.email },
  })
}
