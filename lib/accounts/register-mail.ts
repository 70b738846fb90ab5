import { secondsAfter } from '../base/clock.ts'
import { sha256 } from '../base/encoding.ts'
import { mintToken } from '../base/ids.ts'
import type { House } from '../house.ts'
import { queueMail } from '../mail/mail.ts'
import type { MailBody } from '../mail/render-mail.ts'
import { insertAccountToken } from '../store/account-tokens.ts'
import type { Json } from '../store/db.ts'
import type { UserStatus } from '../store/users.ts'
import type { EntrySite } from './entry-page.ts'

/** For so long a link in a mail is good that proves an address. */
export const proofSeconds = 1800

type ProofMail = { subject: string; body: Omit<MailBody, 'because'> }

/**
 * Writes to somebody who typed an address, or whose address somebody else typed: a link with which `waiting` goes on, or
 * what is said `instead`. The token is kept in any case, so that nobody can tell by the time it takes. The mail repeats
 * nothing else that was typed: it must not carry a stranger's words.
 */
export async function sendProof(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer'>,
  site: EntrySite,
  proof: {
    purpose: 'register' | 'join'
    email: string
    waiting: Json
    /** What the link leads to. */
    sentence: string
    instead: ProofMail | null
  },
): Promise<void> {
  const { purpose, email, waiting, sentence, instead } = proof
  const token = mintToken(house.random)
  const createdAt = house.clock.now()
  await insertAccountToken(house.db, {
    tokenHash: sha256(token),
    organizationId: site.id,
    purpose,
    subjectId: null,
    email,
    data: waiting,
    createdAt,
    expiresAt: secondsAfter(createdAt, proofSeconds),
  })
  const { subject, body } = instead ?? {
    subject: `Confirm your address for ${site.name}`,
    body: {
      title: 'Confirm your address',
      paragraphs: [`${sentence} The link is good for 30 minutes and once.`],
      action: { label: 'Confirm the address', url: `${site.issuer}/${purpose}/${token}` },
    },
  }
  const because = 'Somebody has typed this address. If it was not you, there is nothing you have to do.'
  await queueMail(house, site.id, { to: email, subject, body: { ...body, because } })
}

/** Instead of a link, for whoever is known to the tenant already. The page says the same to all. */
export function describeKnown(site: EntrySite, tenantName: string, status: UserStatus): ProofMail {
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

/** The same for whoever was turned away. */
export function describeRejected(site: EntrySite, tenantName: string): ProofMail {
  const title = 'Your request was declined'
  const sentence = `${tenantName} has declined an earlier request of yours. Ask the people of your company who look after sign-in; they can let you ask again.`
  return { subject: `${title} (${site.name})`, body: { title, paragraphs: [sentence] } }
}
