import type { House } from '../house.ts'
import { queueMail } from '../mail/mail.ts'
import type { MailBody } from '../mail/render-mail.ts'
import type { UserStatus } from '../store/users.ts'
import type { EntrySite } from './entry-page.ts'

/**
 * What somebody is sent who typed an address, or whose address somebody else typed. It repeats nothing else that was
 * typed: it must not carry a stranger's words.
 */
export async function sendProofMail(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer'>,
  site: EntrySite,
  mail: { to: string; subject: string; body: Omit<MailBody, 'because'> },
): Promise<void> {
  const because = 'Somebody has typed this address. If it was not you, there is nothing you have to do.'
  await queueMail(house, site.id, { ...mail, body: { ...mail.body, because } })
}

/** Instead of a link, for whoever is known to the tenant already. The page says the same to all. */
export function describeKnown(
  site: EntrySite,
  tenantName: string,
  status: UserStatus,
): { subject: string; body: Omit<MailBody, 'because'> } {
  const told: Record<UserStatus, { title: string; paragraph: string }> = {
    active: {
      title: 'You have an account already',
      paragraph: `Somebody has asked for an account with ${tenantName} for this address, and there is one. Sign in with it; if you have forgotten the password, the page for it lets you choose another.`,
    },
    invited: {
      title: 'You are invited already',
      paragraph: `${tenantName} has invited you. Look for that mail and follow its link; if it has expired, ask whoever invited you to send it again.`,
    },
    pending: {
      title: 'Your request is waiting',
      paragraph: `You have asked to join ${tenantName}. An admin has still to decide; you get a mail then.`,
    },
    disabled: {
      title: 'Your account is disabled',
      paragraph: `There is an account with ${tenantName} for this address, and it is disabled. Ask the people of your company who look after it.`,
    },
  }
  const { title, paragraph } = told[status]
  return { subject: `${title} (${site.name})`, body: { title, paragraphs: [paragraph] } }
}
