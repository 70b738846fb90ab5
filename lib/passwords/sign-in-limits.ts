import { clientNetwork } from '../base/client-network.ts'
import type { Clock } from '../base/clock.ts'
import { VestibuleError } from '../base/errors.ts'
import type { Db } from '../store/db.ts'
import { clearAttempts, countAttempt, takeBackAttempt } from '../store/rate-limits.ts'

/** One try to sign in with a password. */
export type SignInAttempt = {
  /** Where: tries at different doors are counted apart. */
  door: 'member-sign-in' | 'user-sign-in'
  organizationId: string
  /** The account as it is compared: spellings that find the same one must be the same here. */
  account: string
  address: string
}

/** Tries in ten minutes per account, and in one minute per address (IPv6: per /64), before further ones are refused unread. */
const perAccount = { tries: 10, windowSeconds: 600 }
const perAddress = { tries: 100, windowSeconds: 60 }

/**
 * Counts the try before the password is looked at, so that any number at once are no way around the limits. Throws
 * `rate_limited`. The address comes first, so that one that has used up its tries cannot lock further accounts.
 *
 * `onFirstRefusal` is called for the first refusal of a window, not for each: what it writes only grows, and strangers
 * must not fill it.
 */
export async function checkSignInLimits(
  house: { db: Db; clock: Clock },
  attempt: SignInAttempt,
  onFirstRefusal: () => Promise<void>,
): Promise<void> {
  const now = house.clock.now()
  const keys = [
    { key: addressKey(attempt), ...perAddress },
    { key: accountKey(attempt), ...perAccount },
  ]
  for (const { key, tries, windowSeconds } of keys) {
    const { count, resetAt } = await countAttempt(house.db, key, windowSeconds, now)
    if (count <= tries) continue
    if (count === tries + 1) await onFirstRefusal()
    const retryAfterSeconds = Math.max(1, Math.ceil((resetAt.getTime() - now.getTime()) / 1000))
    throw new VestibuleError('rate_limited', 'Too many tries. Wait a few minutes, then try again.', {
      retryAfterSeconds,
    })
  }
}

/**
 * Takes a try back that was none against anybody, because the password fitted: an office behind one address may sign
 * in at nine. `forgetFailures` forgets the failures of the account before it as well; never where the name stands for
 * several accounts, or whoever has one of them could try the others for ever.
 */
export async function forgiveSignIn(
  house: { db: Db },
  attempt: SignInAttempt,
  options: { forgetFailures: boolean },
): Promise<void> {
  await takeBackAttempt(house.db, addressKey(attempt))
  if (options.forgetFailures) await clearAttempts(house.db, accountKey(attempt))
  else await takeBackAttempt(house.db, accountKey(attempt))
}

function addressKey({ door, address }: SignInAttempt): string {
  return `${door}:address:${clientNetwork(address)}`
}

function accountKey({ door, organizationId, account }: SignInAttempt): string {
  return `${door}:account:${organizationId}:${account}`
}
