import { beforeAll, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { secondsAfter } from '../base/clock.ts'
import { type Db, isUniqueViolation } from './db.ts'
import {
  type DomainRecord,
  findTenantByDomain,
  insertDomain,
  markDomainFound,
  markDomainMissing,
  returnDomainToPending,
  takeDomainsToCheck,
  vouchForDomain,
} from './domains.ts'
import { insertOrganization } from './organizations.ts'
import { insertTenant, updateTenantRecord } from './tenants.ts'

const now = new Date('2026-06-01T10:00:00.000Z')

describeOnEachDatabase('domains in the store', (open) => {
  let db: Db
  let made = 0

  beforeAll(async () => {
    db = (await open()).prisma
    for (const id of ['org_1', 'org_2']) await insertOrganization(db, { id, name: id, host: `${id}.example` })
    for (let place = 0; place < 10; place++) await tenant(`ten_${place}`, 'org_1')
    await tenant('ten_abroad', 'org_2')
  })

  const tenant = (id: string, organizationId: string) =>
    insertTenant(db, { id, organizationId, slug: id, name: id })

  function claim(domain: string, tenantId = 'ten_0', organizationId = 'org_1'): Promise<DomainRecord> {
    const id = `dom_${String(++made).padStart(4, '0')}`
    const row = { id, organizationId, tenantId, domain, ownedDomain: null, vouchedBy: null }
    return insertDomain(db, { ...row, status: 'pending', token: `token-${id}` })
  }

  test('claimed by ten tenants and proven at once, it is one tenant’s', async () => {
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, place) => claim('race.example', `ten_${place}`)),
    )
    const outcomes = await Promise.allSettled(
      claims.map((row, place) =>
        place % 2 ? markDomainFound(db, row, now) : vouchForDomain(db, row, 'Pat'),
      ),
    )
    const won = outcomes.filter(({ status }) => status === 'fulfilled')
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected')
    expect([won.length, lost.length]).toEqual([1, 9])
    expect(lost.every(({ reason }) => isUniqueViolation(reason))).toBe(true)
    const winner = claims[outcomes.findIndex(({ status }) => status === 'fulfilled')]!
    expect(await findTenantByDomain(db, 'org_1', 'race.example')).toMatchObject({ id: winner.tenantId })
    expect(await db.domain.count({ where: { domain: 'race.example', status: 'pending' } })).toBe(9)
  })

  test('another organization has its own', async () => {
    const [ours, theirs] = [await claim('both.example'), await claim('both.example', 'ten_abroad', 'org_2')]
    await markDomainFound(db, theirs, now)
    expect(await findTenantByDomain(db, 'org_1', 'both.example')).toBeNull()
    await markDomainFound(db, ours, now)
    expect(await findTenantByDomain(db, 'org_1', 'both.example')).toMatchObject({ id: 'ten_0' })
    expect(await findTenantByDomain(db, 'org_2', 'both.example')).toMatchObject({ id: 'ten_abroad' })
  })

  test('leads to its tenant with how its people sign in', async () => {
    const row = await claim('lead.example', 'ten_1')
    expect(await findTenantByDomain(db, 'org_1', 'lead.example')).toBeNull()
    await vouchForDomain(db, row, 'Pat')
    const found = {
      id: 'ten_1',
      slug: 'ten_1',
      name: 'ten_1',
      passwordSignIn: true,
      enforceSso: false,
      registrationEnabled: false,
      joinRequestsEnabled: false,
    }
    expect(await findTenantByDomain(db, 'org_1', 'lead.example')).toEqual(found)
    expect(await findTenantByDomain(db, 'org_1', 'LEAD.example')).toBeNull()
    expect(await findTenantByDomain(db, 'org_1', 'sub.lead.example')).toBeNull()
    await updateTenantRecord(db, 'org_1', 'ten_1', { enforceSso: true })
    expect(await findTenantByDomain(db, 'org_1', 'lead.example')).toEqual({
      ...found,
      passwordSignIn: false,
      enforceSso: true,
    })
  })

  test('each change of state happens once, however many see the reason for it', async () => {
    const row = await claim('once.example', 'ten_2')
    const many = async (change: () => Promise<DomainRecord | null>) =>
      (await Promise.all(Array.from({ length: 10 }, change))).filter((changed) => changed !== null).length
    expect(await many(() => markDomainFound(db, row, now))).toBe(1)
    expect(await many(() => markDomainMissing(db, row, now))).toBe(1)
    expect(await many(() => returnDomainToPending(db, row, secondsAfter(now, -1)))).toBe(0)
    expect(await many(() => returnDomainToPending(db, row, now))).toBe(1)
    expect(await many(() => markDomainMissing(db, row, now))).toBe(0)
    expect(await findTenantByDomain(db, 'org_1', 'once.example')).toBeNull()
  })

  test('a record that came back in the meantime is not taken for missing', async () => {
    const row = await claim('back.example', 'ten_3')
    await markDomainFound(db, row, now)
    await markDomainMissing(db, row, now)
    const verified = { ...row, status: 'verified' as const, verifiedAt: now }
    const found = await markDomainFound(db, verified, secondsAfter(now, 60))
    expect(found).toMatchObject({ status: 'verified', verifiedAt: now, missingSinceAt: null })
    expect(await returnDomainToPending(db, row, secondsAfter(now, 600))).toBeNull()
  })

  test('many that look for records at once get different ones, and none twice a day', async () => {
    await db.domain.deleteMany({})
    const names = Array.from({ length: 30 }, (_, place) => `due-${place}.example`)
    for (const name of names) await claim(name, 'ten_4')
    const vouched = await claim('vouched.example', 'ten_4')
    await vouchForDomain(db, vouched, 'Pat')
    const yesterday = secondsAfter(now, -86_400)
    const taken = await Promise.all(
      Array.from({ length: 8 }, () => takeDomainsToCheck(db, yesterday, now, 5)),
    )
    // Those that find rows locked leave them to whoever holds them, so that some may be over.
    const rest = await takeDomainsToCheck(db, yesterday, now, 50)
    const seen = [...taken.flat(), ...rest]
    expect(seen.map(({ domain }) => domain).sort()).toEqual(names.toSorted())
    expect(seen[0]).toMatchObject({ tenant: 'ten_4', status: 'pending', checkedAt: now })
    expect(await takeDomainsToCheck(db, yesterday, secondsAfter(now, 3600), 50)).toEqual([])
    const tomorrow = secondsAfter(now, 86_400)
    expect(await takeDomainsToCheck(db, now, tomorrow, 50)).toHaveLength(30)
  })
})
