import { clientNetwork } from '#lib/base/client-network.ts'
import { VestibuleError } from '#lib/base/errors.ts'
import { isLoopbackAddress } from '#lib/http/outbound-addresses.ts'

/** So many requests that store something are taken from one network in a minute, by each instance. */
const perMinute = 1200

/** So many networks are counted at once; further ones begin anew, which only makes the gate more lenient. */
const networksKept = 20_000

const minute = 60_000

/**
 * Bounds what strangers can have stored: requests anybody may make, each of which leaves a row. Counted in memory, in
 * windows of a minute, so that it costs no statement. Throws `rate_limited`. Our own machine is not counted: behind a
 * proxy nobody has told us of (`TRUST_PROXY`) everybody would come from there.
 */
export function createFloodGate(): (address: string, now: Date) => void {
  let windowStart = 0
  let counts = new Map<string, number>()
  return (address, now) => {
    if (isLoopbackAddress(address)) return
    if (now.getTime() - windowStart >= minute || counts.size > networksKept) {
      windowStart = now.getTime()
      counts = new Map()
    }
    const network = clientNetwork(address)
    const count = (counts.get(network) ?? 0) + 1
    counts.set(network, count)
    if (count <= perMinute) return
    const retryAfterSeconds = Math.max(1, Math.ceil((windowStart + minute - now.getTime()) / 1000))
    throw new VestibuleError('rate_limited', 'Too many requests come from your network. Wait a minute.', {
      retryAfterSeconds,
    })
  }
}
