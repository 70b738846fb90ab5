import { beforeAll, describe, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import type { Actor, Role } from '../base/actor.ts'
import { systemClock } from '../base/clock.ts'
import { systemRandom } from '../base/ids.ts'
import { findTenantByDomain } from '../store/domains.ts'
import { insertOrganization } from '../store/organizations.ts'
import { insertTenant } from '../store/tenants.ts'
import { claimDomain } from './claim-domain.ts'
import { deleteDomain } from './delete-domain.ts'
import { loadDomain } from './load-domain.ts'
import { verifyDomain } from './verify-domain.ts'

describeOnEachDatabase('who may give a tenant a domain', (open) => {
  const house = { clock: systemClock, random: systemRandom, resolveTxt: async () => [] as string[][] }
  let parts: typeof house & { db: Awaited<ReturnType<typeof open>>['prisma'] }

  beforeAll(async () => {
    parts = { ...house, db: (await open()).prisma }
    for (const organizationId of ['org_home', 'org_abroad']) {
      await insertOrganization(parts.db, { id: organizationId, name: 'x', host: `${organizationId}.example` })
      const id = `ten_${organizationId}`
      await insertTenant(parts.db, { id, organizationId, slug: 'acme', name: 'Acme' })
    }
  })

  const actor = (role: Role, organizationId = 'org_home'): Actor => ({
    type: 'member',
    id: 'mem_pat',
    name: 'Pat Doe',
    role,
    organizationId,
    address: '',
    requestId: '',
  })
  const claim = (by: Actor, domain: string, vouched?: boolean) =>
    claimDomain(parts, by, { tenant: 'acme', domain, vouched })
  const ownerOf = (domain: string, organizationId = 'org_home') =>
    findTenantByDomain(parts.db, organizationId, domain)

  test('an admin claims, and only an owner vouches: new, and for what an admin has claimed', async () => {
    await claim(actor('admin'), 'one.example')
    for (const domain of ['one.example', 'two.example'])
      await expect(claim(actor('admin'), domain, true)).rejects.toMatchObject({ code: 'forbidden' })
    expect([await ownerOf('one.example'), await ownerOf('two.example')]).toEqual([null, null])
    expect(await claim(actor('owner'), 'one.example', true)).toMatchObject({
      status: 'vouched',
      vouchedBy: 'Pat Doe',
    })
    expect(await ownerOf('one.example')).toMatchObject({ slug: 'acme' })
  })

  test('a viewer reads, and changes nothing', async () => {
    await claim(actor('admin'), 'three.example')
    const input = { tenant: 'acme', domain: 'three.example' }
    for (const attempt of [
      () => claim(actor('viewer'), 'four.example'),
      () => verifyDomain(parts, actor('viewer'), input),
      () => deleteDomain(parts, actor('viewer'), input),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'forbidden' })
    expect(await loadDomain(parts, actor('viewer'), input)).toMatchObject({ status: 'pending' })
  })

  describe('another organization', () => {
    test('has a tenant of the same slug, and none of our domains under it', async () => {
      await claim(actor('owner'), 'five.example', true)
      const input = { tenant: 'acme', domain: 'five.example' }
      const abroad = actor('owner', 'org_abroad')
      for (const attempt of [
        () => loadDomain(parts, abroad, input),
        () => verifyDomain(parts, abroad, input),
        () => deleteDomain(parts, abroad, input),
        () => loadDomain(parts, abroad, { ...input, tenant: 'ten_org_home' }),
        () => claimDomain(parts, abroad, { tenant: 'ten_org_home', domain: 'six.example' }),
      ])
        await expect(attempt()).rejects.toMatchObject({ code: 'not_found' })
    })

    test('may have the same domain, which takes nothing from us', async () => {
      await claim(actor('owner'), 'seven.example', true)
      await claim(actor('owner', 'org_abroad'), 'seven.example', true)
      expect(await ownerOf('seven.example')).toMatchObject({ id: 'ten_org_home' })
      expect(await ownerOf('seven.example', 'org_abroad')).toMatchObject({ id: 'ten_org_abroad' })
    })
  })
})
