import { clientNetwork } from '../base/client-network.ts'
import { VestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { countAttempt } from '../store/rate-limits.ts'

/** How often people may knock at the pages that lead to an account. Nothing here depends on who has one. */

type EntryDoor = 'invite' | 'register' | 'join'

/** Pages and forms in ten minutes per address (IPv6: per /64), mails in an hour per mailbox, tries of one link. */
const perAddress = { attempts: 120, windowSeconds: 600 }
const perMailbox = { attempts: 5, windowSeconds: 3600 }
const perLink = { attempts: 10, windowSeconds: 3600 }

/** Throws `rate_limited`. */
export async function checkVisits(
  house: Pick<House, 'db' | 'clock'>,
  door: EntryDoor,
  address: string,
): Promise<void> {
  await check(house, `${door}:address:${clientNetwork(address)}`, perAddress)
}

/** Counts a mail that a stranger has sent to somebody, whether there is such a person or not. Throws `rate_limited`. */
export async function checkMailsTo(
  house: Pick<House, 'db' | 'clock'>,
  door: EntryDoor,
  mailbox: { organizationId: string; emailKey: string },
): Promise<void> {
  await check(house, `${door}:mailbox:${mailbox.organizationId}:${mailbox.emailKey}`, perMailbox)
}

/** Counts a password that was typed to a link. Throws `rate_limited`. */
export async function checkTriesOf(house: Pick<House, 'db' | 'clock'>, tokenHash: string): Promise<void> {
  await check(house, `register:link:${tokenHash}`, perLink)
}

async function check(
  house: Pick<House, 'db' | 'clock'>,
  key: string,
  { attempts, windowSeconds }: { attempts: number; windowSeconds: number },
): Promise<void> {
  const now = house.clock.now()
  const { count, resetAt } = await countAttempt(house.db, key, windowSeconds, now)
  if (count <= attempts) return
  throw new VestibuleError('rate_limited', 'That was too often. Wait a while, then try again.', {
    title: 'Too many tries',
    retryAfterSeconds: Math.max(1, Math.ceil((resetAt.getTime() - now.getTime()) / 1000)),
  })
}
