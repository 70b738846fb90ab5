import { secondsAfter } from '#lib/base/clock.ts'
import { deleteExpiredGrants } from '#lib/store/grants.ts'
import { deleteExpiredLoginRequests } from '#lib/store/login-requests.ts'
import { deletePastRateLimits } from '#lib/store/rate-limits.ts'
import { deleteFailuresBeyond, deleteOldTraces, forgetReceivedBeyond } from '#lib/store/traces.ts'
import type { ServerHouse } from './house.ts'

/** Traces are kept for this many days. */
const traceDays = 90

/** And no more than this many failures of an organization, of which so many with the message that was refused. */
const failuresKept = 200_000
const receivedKept = 2000

/** Removes what is over, every ten minutes. Any number of instances may do it at once. Returns how to stop. */
export function startJobs(house: ServerHouse): () => void {
  const sweep = () => {
    removeExpired(house).catch((thrown) => house.log.error({ err: thrown }, 'removing what is over failed'))
  }
  const timer = setInterval(sweep, 600_000)
  timer.unref()
  return () => clearInterval(timer)
}

/** One round of it. */
export async function removeExpired(house: ServerHouse): Promise<void> {
  const now = house.clock.now()
  await deleteExpiredLoginRequests(house.db, secondsAfter(now, -3600))
  await deleteExpiredGrants(house.db, now)
  await deletePastRateLimits(house.db, now)
  await deleteOldTraces(house.db, secondsAfter(now, -traceDays * 86_400))
  await deleteFailuresBeyond(house.db, failuresKept)
  await forgetReceivedBeyond(house.db, receivedKept)
}
