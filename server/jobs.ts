import { secondsAfter } from '#lib/base/clock.ts'
import { pollMetadata } from '#lib/connections/saml/poll-metadata.ts'
import { warnOfExpiry } from '#lib/connections/saml/warn-of-expiry.ts'
import { recheckDomains } from '#lib/domains/recheck-domains.ts'
import { traceAbandonedLogins } from '#lib/login/trace-abandoned-logins.ts'
import { deliverMails } from '#lib/mail/deliver-mails.ts'
import { tellApplications } from '#lib/sessions/tell-applications.ts'
import { tendSigningKeys } from '#lib/signing-keys/tend-signing-keys.ts'
import { traceAbandonedLogouts } from '#lib/single-logout/trace-abandoned-logouts.ts'
import { deletePastAccountTokens } from '#lib/store/account-tokens.ts'
import { deletePastUnconfirmed } from '#lib/store/authenticators.ts'
import { deleteExpiredGrants } from '#lib/store/grants.ts'
import { deleteSettledNotices } from '#lib/store/logout-notices.ts'
import { deleteOldMails } from '#lib/store/mails.ts'
import { deletePastMemberSessions } from '#lib/store/members.ts'
import { deletePastRateLimits } from '#lib/store/rate-limits.ts'
import { deletePastSessions } from '#lib/store/sessions.ts'
import { deleteFailuresBeyond, deleteOldTraces, forgetReceivedBeyond } from '#lib/store/traces.ts'
import type { ServerHouse } from './house.ts'
import { resealEverything } from './reseal.ts'

/** Portal sessions that are over are kept for this many days. */
const sessionDays = 30

/** Logouts that an application never took are shown for this many days. */
const noticeDays = 30

/** Traces are kept for this many days. */
const traceDays = 90

/** Mails are kept for this many days, sent or not. */
const mailDays = 30

/** And no more than this many failures of an organization, of which so many with the message that was refused. */
const failuresKept = 200_000
const receivedKept = 2000

/**
 * What runs beside the requests; any number of instances may do it at once. Returns how to stop: nothing begins any
 * more, and the promise is kept when what was under way has ended.
 */
export function startJobs(house: ServerHouse): () => Promise<void> {
  const { mailTransport } = house
  const jobs = [
    every(15, house, 'telling applications of logouts', () => tellApplications(house).then(() => {})),
    every(60, house, 'reading the data keys', () => house.dataKeys.refresh()),
    every(600, house, 'removing what is over', () => removeExpired(house)),
    every(3600, house, 'rotating the data key', () => rotateDataKey(house)),
    every(3600, house, 'looking for the records of domains', async () => void (await recheckDomains(house))),
    every(60, house, 'reading metadata', () => pollMetadata(house)),
    every(600, house, 'tending the signing keys', () => tendSigningKeys(house)),
    every(600, house, 'looking for certificates that expire', () => warnOfExpiry(house)),
    ...(mailTransport ? [every(5, house, 'delivering mail', () => deliverMails(house, mailTransport))] : []),
  ]
  return async () => {
    await Promise.all(jobs.map((stop) => stop()))
  }
}

/** Runs a job every so many seconds, never beside itself. Returns how to stop it. */
function every(
  seconds: number,
  house: ServerHouse,
  name: string,
  job: () => Promise<void>,
): () => Promise<void> {
  let underWay: Promise<void> | null = null
  const run = () => {
    underWay ??= job()
      .catch((thrown) => house.log.error({ err: thrown }, `${name} failed`))
      .finally(() => {
        underWay = null
      })
  }
  const timer = setInterval(run, seconds * 1000).unref()
  return async () => {
    clearInterval(timer)
    await underWay
  }
}

/** Makes the next data key when its year has come, and seals anew what an earlier one has sealed. */
export async function rotateDataKey(house: ServerHouse): Promise<void> {
  await house.dataKeys.rotate()
  await house.dataKeys.refresh()
  const count = await resealEverything(house)
  if (count > 0) house.log.info({ count }, 'secrets sealed anew with the current data key')
}

/** Removes what nobody can use any more, and what is older than it is kept. */
export async function removeExpired(house: ServerHouse): Promise<void> {
  const now = house.clock.now()
  await traceAbandonedLogins(house)
  await deletePastSessions(house.db, now)
  await traceAbandonedLogouts(house)
  await deleteExpiredGrants(house.db, now)
  await deleteSettledNotices(house.db, {
    deliveredBefore: secondsAfter(now, -86_400),
    failedBefore: secondsAfter(now, -noticeDays * 86_400),
  })
  await deletePastRateLimits(house.db, now)
  await deletePastAccountTokens(house.db, now)
  await deletePastUnconfirmed(house.db, secondsAfter(now, -86_400))
  await deletePastMemberSessions(house.db, secondsAfter(now, -sessionDays * 86_400))
  await deleteOldTraces(house.db, secondsAfter(now, -traceDays * 86_400))
  await deleteOldMails(house.db, secondsAfter(now, -mailDays * 86_400))
  await deleteFailuresBeyond(house.db, failuresKept)
  await forgetReceivedBeyond(house.db, receivedKept)
}
