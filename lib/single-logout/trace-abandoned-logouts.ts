import type { House } from '../house.ts'
import { takeExpiredLogouts } from '../store/logout-requests.ts'
import { recordSignOut } from './record-sign-out.ts'
import { singleLogoutCauses } from './single-logout-causes.ts'
import type { PendingLogout } from './start-upstream-logout.ts'

/** So many at a time. */
const batch = 500

/**
 * Ends logouts from which nobody came back, and leaves a trace of each: an identity provider that does not know our
 * logout address would be noticed by nobody otherwise. Returns how many there were.
 */
export async function traceAbandonedLogouts(house: Pick<House, 'db' | 'clock' | 'random'>): Promise<number> {
  const { name, sentence } = singleLogoutCauses.logout_abandoned
  let total = 0
  for (;;) {
    const expired = await takeExpiredLogouts(house.db, house.clock.now(), batch)
    for (const { connectionId, connectionName, request, organizationId, ...where } of expired) {
      const { nameId, origin } = request as PendingLogout
      await recordSignOut(house, { id: organizationId }, origin, {
        connection: { id: connectionId, name: connectionName, upstreamId: connectionName, ...where },
        subject: nameId,
        outcome: 'failure',
        cause: 'logout_abandoned',
        sentence: sentence(connectionName, ''),
        checks: [{ name, ok: false }],
      })
    }
    total += expired.length
    if (expired.length < batch) return total
  }
}
