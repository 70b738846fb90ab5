import { recordAuditEvent } from '../audit/record-audit-event.ts'
import { systemActor } from '../base/actor.ts'
import { secondsAfter } from '../base/clock.ts'
import type { House } from '../house.ts'
import { claimDueMails, type MailOutcome, type MailRecord, recordMailOutcome } from '../store/mails.ts'
import { openMailBody } from './mail.ts'
import type { MailTransport } from './smtp-transport.ts'

type Parts = Pick<House, 'db' | 'clock' | 'random' | 'sealer' | 'log'>

/** How long a claimed mail is left to whoever claimed it: longer than any attempt takes. */
const leaseSeconds = 300
const atOnce = 10

/**
 * Hands over every mail that is due. What fails is tried again after a minute, then three, then nine, up to every six
 * hours, for three days; what the server refuses for good is given up at once. Any number of instances may do it.
 */
export async function deliverMails(house: Parts, transport: MailTransport): Promise<void> {
  for (;;) {
    const now = house.clock.now()
    const claimed = await claimDueMails(house.db, now, secondsAfter(now, leaseSeconds), atOnce)
    await Promise.all(claimed.map((mail) => deliver(house, transport, mail)))
    if (claimed.length < atOnce) return
  }
}

async function deliver(house: Parts, transport: MailTransport, mail: MailRecord): Promise<void> {
  const outcome = await attempt(house, transport, mail)
  const recorded = await recordMailOutcome(house.db, mail, outcome)
  if (!recorded || outcome.kind !== 'failed') return
  house.log.warn({ mail: mail.id, attempts: mail.attempts }, 'a mail was given up')
  await recordAuditEvent(house, systemActor(mail.organizationId), {
    action: 'mail.given-up',
    target: { type: 'mail', id: mail.id, name: mail.subject },
    result: 'failure',
    reason: outcome.lastError,
  })
}

async function attempt(house: Parts, transport: MailTransport, mail: MailRecord): Promise<MailOutcome> {
  const at = house.clock.now()
  if (at >= mail.giveUpAt) {
    const lastError = mail.lastError ?? 'There was no mail server to give it to for three days.'
    return { kind: 'failed', at, lastError, tried: false }
  }
  const { id, recipient: to, subject } = mail
  const sent = await transport.send({ id, to, subject, ...openMailBody(house, mail) })
  if (sent.ok) return { kind: 'sent', at: house.clock.now() }
  if (sent.permanent) return { kind: 'failed', at, lastError: sent.reason, tried: true }
  const nextAttemptAt = secondsAfter(house.clock.now(), retryAfterSeconds(mail.attempts + 1, house.random))
  return { kind: 'retry', nextAttemptAt, lastError: sent.reason }
}

/** Seconds until the next attempt, after so many: a minute, three, nine … six hours, a fifth more or less. */
export function retryAfterSeconds(attempts: number, random: House['random']): number {
  const base = Math.min(60 * 3 ** (attempts - 1), 6 * 3600)
  return base * (0.8 + (0.4 * random.bytes(1)[0]!) / 255)
}
