import { clientNetwork } from '../base/client-network.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import type { FactorOwner } from '../store/authenticators.ts'
import { clearAttempts, countAttempt, takeBackAttempt } from '../store/rate-limits.ts'

/**
 * How often codes may be guessed. Per owner, from wherever it is tried: six digits with two neighbours are found by one
 * guess in 333,000, so that 60 a day leave whoever knows the password one chance in fifteen years. And per network.
 */
const ownerWindows = [
  { tries: 10, windowSeconds: 600 },
  { tries: 60, windowSeconds: 86_400 },
]
const perNetwork = { tries: 100, windowSeconds: 60 }

/** Counts the try before the code is looked at, so that any number at once are no way around. Throws `rate_limited`. */
export async function countFactorAttempt(
  house: Pick<House, 'db' | 'clock'>,
  owner: FactorOwner,
  address: string,
): Promise<void> {
  const now = house.clock.now()
  const limits = [
    { key: networkKey(address), ...perNetwork },
    ...ownerWindows.map((limit) => ({ key: ownerKey(owner, limit.windowSeconds), ...limit })),
  ]
  for (const { key, tries, windowSeconds } of limits) {
    const { count, resetAt } = await countAttempt(house.db, key, windowSeconds, now)
    if (count <= tries) continue
    const retryAfterSeconds = Math.max(1, Math.ceil((resetAt.getTime() - now.getTime()) / 1000))
    const wait = retryAfterSeconds > 3600 ? 'some hours' : 'a few minutes'
    throw new VestibuleError('rate_limited', `Too many codes were tried. Wait ${wait}, then try again.`, {
      retryAfterSeconds,
    })
  }
}

/** A code that was right wipes out the failures before it. */
export async function forgiveFactorAttempts(
  { db }: Pick<House, 'db'>,
  owner: FactorOwner,
  address: string,
): Promise<void> {
  await takeBackAttempt(db, networkKey(address))
  for (const { windowSeconds } of ownerWindows) await clearAttempts(db, ownerKey(owner, windowSeconds))
}

function ownerKey({ userId, memberId }: FactorOwner, windowSeconds: number): string {
  return `second-factor:${userId ?? memberId}:${windowSeconds}`
}

function networkKey(address: string): string {
  return `second-factor:address:${clientNetwork(address)}`
}
