import { mintId } from '../base/ids.ts'
import type { House } from '../house.ts'
import { takeExpiredLogins } from '../store/login-requests.ts'
import { recordTrace } from '../traces/record-trace.ts'
import { explainLoginCause } from './login-causes.ts'
import type { PendingLogin } from './start-login.ts'

/** So many at a time. */
const batch = 500

/**
 * Ends logins whose people never came back, and leaves a trace of each: the identity provider may have shown them an
 * error that nobody here would learn of otherwise. Returns how many there were.
 */
export async function traceAbandonedLogins(house: Pick<House, 'db' | 'clock' | 'random'>): Promise<number> {
  let total = 0
  for (;;) {
    const expired = await takeExpiredLogins(house.db, house.clock.now(), batch)
    for (const login of expired) {
      const { purpose, origin } = login.request as PendingLogin
      const { name, sentence } = explainLoginCause('login_abandoned', login.connectionName)
      await recordTrace(house, {
        id: mintId('trc', house.clock.now(), house.random),
        organizationId: login.organizationId,
        tenant: login.tenant,
        product: login.product,
        connection: { id: login.connectionId, name: login.connectionName, kind: login.kind },
        purpose,
        outcome: 'failure',
        cause: 'login_abandoned',
        sentence,
        checks: [{ name, ok: false }],
        origin,
      })
    }
    total += expired.length
    if (expired.length < batch) return total
  }
}
