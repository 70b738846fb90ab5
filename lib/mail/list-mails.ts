import type { Actor } from '../base/actor.ts'
import { checkRole } from '../base/permit.ts'
import type { House } from '../house.ts'
import type { Page } from '../store/db.ts'
import { listMailRecords, type MailRecord } from '../store/mails.ts'
import { listMemberAddressesAbove } from '../store/members.ts'
import { type MailState, mailState } from './find-mail-states.ts'
import { openMailBody } from './mail.ts'

/** A mail as admins see it. `kept`: there is no mail server, so it stays here and is read here. Instants as RFC 3339. */
export type MailView = {
  id: string
  recipient: string
  subject: string
  state: MailState
  attempts: number
  lastError: string | null
  nextAttemptAt: string | null
  sentAt: string | null
  createdAt: string
  /**
   * What it says, while there is no mail server; otherwise it is for its recipient alone. A mail to another member may
   * hold a link that makes whoever reads it that member: only owners read those.
   */
  text: string | null
}

/** Mails of the organization, newest first, for owners and admins. `query` looks into recipient and subject. */
export async function listMails(
  house: Pick<House, 'db' | 'sealer' | 'config'>,
  actor: Actor,
  input: { query?: string; state?: 'waiting' | 'sent' | 'failed'; cursor?: string; limit?: number },
): Promise<Page<MailView>> {
  checkRole(actor, 'admin')
  const page = await listMailRecords(house.db, actor.organizationId, { ...input, limit: input.limit ?? 50 })
  const withheld = actor.role === 'owner' ? new Set<string>() : await findWithheld(house, actor, page.data)
  const data = page.data.map((mail) => viewMail(house, mail, withheld.has(mail.recipient)))
  return { data, nextCursor: page.nextCursor }
}

async function findWithheld(
  house: Pick<House, 'db'>,
  actor: Actor,
  mails: MailRecord[],
): Promise<Set<string>> {
  const recipients = [...new Set(mails.map(({ recipient }) => recipient))]
  return new Set(await listMemberAddressesAbove(house.db, actor.organizationId, actor.id, recipients))
}

function viewMail(house: Pick<House, 'sealer' | 'config'>, mail: MailRecord, isWithheld: boolean): MailView {
  const kept = house.config.smtp === null && mail.sentAt === null
  return {
    id: mail.id,
    recipient: mail.recipient,
    subject: mail.subject,
    state: mailState(house, mail),
    attempts: mail.attempts,
    lastError: mail.lastError,
    nextAttemptAt: mail.nextAttemptAt?.toISOString() ?? null,
    sentAt: mail.sentAt?.toISOString() ?? null,
    createdAt: mail.createdAt.toISOString(),
    text: kept && !isWithheld ? openMailBody(house, mail).text : null,
  }
}
