/**
 * The mail room: what is written to people, kept until it has been handed to a mail server, and what became of it.
 * Owns the outbox, its retries and the one layout. Must not know what a mail is about, and never logs what it says:
 * bodies hold links that work once, and rest sealed.
 */
import { VestibuleError } from '../base/errors.ts'
import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import type { SealOwner } from '../sealing/sealer.ts'
import { insertMail, type MailRecord } from '../store/mails.ts'
import { loadOrganization } from '../store/organizations.ts'
import { onceKeyOf } from './find-mail-states.ts'
import { type MailBody, type MailParts, renderMail } from './render-mail.ts'

export type MailMessage = {
  to: string
  /** Shown in lists and kept as it is: never a place for a secret. */
  subject: string
  body: MailBody
  /** Two messages with the same one are sent once. */
  onceKey?: string
}

/** For so long delivery is tried. */
export const tryingSeconds = 3 * 86_400

/**
 * Puts a message of the organization into the outbox, from where it is delivered. Throws `validation_failed` for a
 * recipient that is no address. Returns whether it is new there: false when its `onceKey` had been used.
 */
export async function queueMail(
  house: Pick<House, 'db' | 'clock' | 'random' | 'sealer'>,
  organizationId: string,
  message: MailMessage,
): Promise<boolean> {
  if (!/^[^\s@<>(),;:"[\]\\]+@[^\s@<>(),;:"\\]+$/.test(message.to))
    throw new VestibuleError('validation_failed', 'Mail cannot be sent to this address.')
  const now = house.clock.now()
  const id = mintId('mail', now, house.random)
  const { name, host } = await loadOrganization(house.db, organizationId)
  const parts = renderMail(message.body, name, host)
  return insertMail(house.db, {
    id,
    organizationId,
    recipient: message.to,
    subject: message.subject.replace(/\s+/g, ' ').trim().slice(0, 200),
    bodySealed: house.sealer.seal(JSON.stringify(parts), ownerOfBody({ id, organizationId })),
    onceKey: message.onceKey === undefined ? null : onceKeyOf(organizationId, message.onceKey),
    giveUpAt: new Date(now.getTime() + tryingSeconds * 1000),
    createdAt: now,
  })
}

/** What a stored mail says. */
export function openMailBody(
  house: Pick<House, 'sealer'>,
  mail: Pick<MailRecord, 'id' | 'organizationId' | 'bodySealed'>,
): MailParts {
  return JSON.parse(house.sealer.open(mail.bodySealed, ownerOfBody(mail))) as MailParts
}

export function ownerOfBody(mail: Pick<MailRecord, 'id' | 'organizationId'>): SealOwner {
  return { organizationId: mail.organizationId, field: 'mail-body', recordId: mail.id }
}
