import { secondsAfter } from '#lib/base/clock.ts'
import { recheckDomains } from '#lib/domains/recheck-domains.ts'
import { traceAbandonedLogins } from '#lib/login/trace-abandoned-logins.ts'
import { tellApplications } from '#lib/sessions/tell-applications.ts'
import { traceAbandonedLogouts } from '#lib/single-logout/trace-abandoned-logouts.ts'
import { deleteExpiredGrants } from '#lib/store/grants.ts'
import { deleteSettledNotices } from '#lib/store/logout-notices.ts'
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

/** And no more than this many failures of an organization, of which so many with the message that was refused. */
const failuresKept = 200_000
const receivedKept = 2000

/** What runs beside the requests; any number of instances may do it at once. Returns how to stop. */
export function startJobs(house: ServerHouse): () => void {
  const timers = [
    every(15, house, 'telling applications of logouts', () => tellApplications(house).then(() => {})),
    every(60, house, 'reading the data keys', () => house.dataKeys.refresh()),
    every(600, house, 'removing what is over', () => removeExpired(house)),
    every(3600, house, 'rotating the data key', () => rotateDataKey(house)),
    every(3600, house, 'looking for the records of domains', async () => void (await recheckDomains(house))),
  ]
  return () => timers.forEach(clearInterval)
}

function every(seconds: number, house: ServerHouse, name: string, job: () => Promise<void>): NodeJS.Timeout {
  const run = () => void job().catch((thrown) => house.log.error({ err: thrown }, `${name} failed`))
  return setInterval(run, seconds * 1000).unref()
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
  await deletePastMemberSessions(house.db, secondsAfter(now, -sessionDays * 86_400))
  await deleteOldTraces(house.db, secondsAfter(now, -traceDays * 86_400))
  await deleteFailuresBeyond(house.db, failuresKept)
  await forgetReceivedBeyond(house.db, receivedKept)
}
