import type { House } from '../house.ts'
import { type MailMessage, queueMail } from '../mail/mail.ts'
import { listActiveMembers } from '../store/members.ts'

/** Writes to every owner of the organization. */
export async function tellOwners(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer'>,
  organizationId: string,
  message: { subject: string; body: Omit<MailMessage['body'], 'because'> },
): Promise<void> {
  const because = 'You get this as owner of the organization.'
  for (const { email } of await listActiveMembers(house.db, organizationId, ['owner']))
    await queueMail(house, organizationId, {
      to: email,
      subject: message.subject,
      body: { ...message.body, because },
    })
}
