import type { House } from '../house.ts'
import { queueMail } from '../mail/mail.ts'
import type { MailBody } from '../mail/render-mail.ts'
import type { AccountUser } from '../store/user-accounts.ts'

/** Where something was done: the address and the browser. */
export type DoneFrom = { address: string; userAgent: string }

/**
 * Tells a person of a change to how they sign in, so that one they did not make is noticed. Nothing goes to an address
 * that nobody has proven.
 */
export async function tellPerson(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer'>,
  user: Pick<AccountUser, 'organizationId' | 'email' | 'emailUnproven' | 'tenantName'>,
  said: { title: string; paragraphs?: string[] },
  from: DoneFrom,
): Promise<void> {
  if (user.emailUnproven) return
  const body: MailBody = {
    title: said.title,
    paragraphs: [
      ...(said.paragraphs ?? []),
      'If this was you, there is nothing to do. If not, choose a new password at once and tell your administrator.',
    ],
    facts: [
      { label: 'When', value: `${house.clock.now().toISOString().slice(0, 16).replace('T', ' ')} UTC` },
      { label: 'From', value: from.address },
      { label: 'Browser', value: from.userAgent || 'not told' },
    ],
    because: `You get this because you have an account at ${user.tenantName}.`,
  }
  await queueMail(house, user.organizationId, { to: user.email, subject: said.title, body })
}
