import type { Actor } from '../base/actor.ts'
import { secondsAfter } from '../base/clock.ts'
import { isVestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { type DueDomain, takeDomainsToCheck } from '../store/domains.ts'
import { lookForRecord } from './look-for-record.ts'
import { recordFinding } from './record-finding.ts'

/** So many names are asked for at once. */
const batch = 10

/** A record is looked for once in so many seconds: a day. */
const intervalSeconds = 86_400

/**
 * Looks for the records of all claims that have not been looked at for a day; those vouched for need none. Any number
 * of instances may do it at once. Returns how many there were.
 */
export async function recheckDomains(
  house: Pick<House, 'db' | 'clock' | 'random' | 'resolveTxt' | 'log'>,
): Promise<number> {
  const checkedBefore = secondsAfter(house.clock.now(), -intervalSeconds)
  let total = 0
  for (;;) {
    const due = await takeDomainsToCheck(house.db, checkedBefore, house.clock.now(), batch)
    await Promise.all(due.map((claim) => recheck(house, claim)))
    total += due.length
    if (due.length < batch) return total
  }
}

async function recheck(
  house: Pick<House, 'db' | 'clock' | 'random' | 'resolveTxt' | 'log'>,
  claim: DueDomain,
): Promise<void> {
  const finding = await lookForRecord(house, claim)
  if (finding.outcome === 'unknown')
    house.log.warn({ domain: claim.domain, err: finding.cause }, 'the TXT record of a domain is unknown')
  await recordFinding(house, checker(claim.organizationId), claim, finding).catch((thrown) => {
    // Proven by two tenants: it stays with the one that has it, and the other is told when it asks.
    if (!isVestibuleError(thrown) || thrown.code !== 'conflict') throw thrown
    house.log.info({ domain: claim.domain, tenant: claim.tenant }, thrown.message)
  })
}

function checker(organizationId: string): Actor {
  return {
    type: 'system',
    id: 'domain-check',
    name: 'The daily check of domains',
    role: 'owner',
    organizationId,
    address: '',
    requestId: '',
  }
}
