import { recordAuditEvent } from '../audit/record-audit-event.ts'
import type { Actor } from '../base/actor.ts'
import { secondsAfter } from '../base/clock.ts'
import type { House } from '../house.ts'
import { isUniqueViolation } from '../store/db.ts'
import {
  type DomainRecord,
  findTenantByDomain,
  markDomainChecked,
  markDomainFound,
  markDomainMissing,
  returnDomainToPending,
} from '../store/domains.ts'
import { auditableDomain, graceSeconds, refuseOwnedDomain } from './domain.ts'
import type { Finding } from './look-for-record.ts'

type Parts = Pick<House, 'db' | 'clock' | 'random'>

/**
 * What a look into the DNS means for a claim: the record found, the tenant has the domain; missing, a verified domain
 * gets a grace of seven days and is pending after it; no answer changes nothing. Each change is audited once, however
 * many look at once. Throws `conflict` when the record is there and another tenant has the domain.
 */
export async function recordFinding(
  house: Parts,
  actor: Actor,
  claim: DomainRecord & { tenant: string },
  finding: Finding,
): Promise<void> {
  if (finding.outcome === 'unknown') return
  const { tenant, ...row } = claim
  const now = house.clock.now()
  await markDomainChecked(house.db, row, now)
  const change =
    finding.outcome === 'found' ? await applyFound(house, row, now) : await applyMissing(house, row, now)
  if (!change) return
  await recordAuditEvent(house, actor, {
    action: change.action,
    target: { type: 'domain', id: row.id, name: row.domain },
    tenant,
    before: auditableDomain(row),
    after: auditableDomain(change.row),
  })
}

type DomainChange = { action: string; row: DomainRecord } | null

async function applyFound(house: Parts, row: DomainRecord, now: Date): Promise<DomainChange> {
  const found = await markDomainFound(house.db, row, now).catch(async (thrown) => {
    if (!isUniqueViolation(thrown)) throw thrown
    throw refuseOwnedDomain(row.domain, await findTenantByDomain(house.db, row.organizationId, row.domain))
  })
  const action = row.status === 'verified' ? 'domain.record-found' : 'domain.verified'
  return found && { action, row: found }
}

async function applyMissing(house: Parts, row: DomainRecord, now: Date): Promise<DomainChange> {
  if (row.status !== 'verified') return null
  const missing = await markDomainMissing(house.db, row, now)
  if (missing) return { action: 'domain.record-missing', row: missing }
  const pending = await returnDomainToPending(house.db, row, secondsAfter(now, -graceSeconds))
  return pending && { action: 'domain.returned-to-pending', row: pending }
}
