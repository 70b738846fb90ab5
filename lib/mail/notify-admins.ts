import type { House } from '../house.ts'
import { listActiveMembers } from '../store/members.ts'
import { queueMail } from './mail.ts'
import type { MailBody } from './render-mail.ts'

/**
 * Writes to every owner and admin of the organization. With the same `onceKey` again, only those who have joined
 * meanwhile are written to.
 */
export async function notifyAdmins(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer'>,
  organizationId: string,
  message: { subject: string; body: Omit<MailBody, 'because'>; onceKey: string },
): Promise<void> {
  for (const { id, email, role } of await listActiveMembers(house.db, organizationId, ['owner', 'admin'])) {
    await queueMail(house, organizationId, {
      to: email,
      subject: message.subject,
      body: { ...message.body, because: `You get this as ${role} of the organization.` },
      onceKey: `${message.onceKey} ${id}`,
    })
  }
}
