import { expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { logoSample } from '#lib/testing/logo-samples.ts'
import type { Actor, Role } from '../base/actor.ts'
import { systemClock } from '../base/clock.ts'
import { systemRandom } from '../base/ids.ts'
import { parseConfig } from '../config/config.ts'
import { insertOrganization } from '../store/organizations.ts'
import { loadLogo } from './load-logo.ts'
import {
  loadOrganizationBrand,
  removeOrganizationLogo,
  setOrganizationLogo,
  updateOrganization,
} from './organization-brand.ts'
import { organizationChangeSchema } from './organization-input.ts'
import { createOrganizationResolver } from './resolve-organization.ts'

test.each([
  ['  Acme GmbH & Co. KG ', 'Acme GmbH & Co. KG'],
  ['Ünïted 株式会社', 'Ünïted 株式会社'],
  ['x'.repeat(128), 'x'.repeat(128)],
])('%j is a name', (name, expected) => {
  expect(organizationChangeSchema.parse({ name })).toEqual({ name: expected })
})

test.each(['', '   ', 'x'.repeat(129), 'two\nlines', 'a\u0000b', 7, undefined])('%j is none', (name) => {
  expect(organizationChangeSchema.safeParse({ name }).success).toBe(false)
})

describeOnEachDatabase('name and logo of an organization', (open) => {
  const furnish = async () => {
    const { prisma: db } = await open()
    const house = { db, clock: systemClock, random: systemRandom }
    for (const id of ['org_1', 'org_2']) await insertOrganization(db, { id, name: id, host: `${id}.example` })
    return house
  }
  const actorOf = (organizationId: string, role: Role = 'owner'): Actor => ({
    type: 'member',
    id: 'mem_1',
    name: 'Owner',
    role,
    organizationId,
    address: '',
    requestId: '',
  })

  test('the name is changed for its organization alone, and audited with what it was', async () => {
    const house = await furnish()
    await updateOrganization(house, actorOf('org_1'), { name: 'Acme' })
    expect(await loadOrganizationBrand(house, actorOf('org_1', 'viewer'))).toEqual({
      name: 'Acme',
      logo: null,
    })
    expect(await loadOrganizationBrand(house, actorOf('org_2'))).toEqual({ name: 'org_2', logo: null })
    expect(await house.db.auditEvent.findMany()).toMatchObject([
      {
        action: 'organization.updated',
        organizationId: 'org_1',
        targetId: 'org_1',
        targetName: 'Acme',
        before: { name: 'org_1' },
        after: { name: 'Acme' },
      },
    ])
  })

  test('a logo is kept byte by byte, under another version each, and audited without its bytes', async () => {
    const house = await furnish()
    const [png, gif] = [logoSample('png'), logoSample('gif')]
    await setOrganizationLogo(house, actorOf('org_1'), png)
    const { logo: first } = await loadOrganizationBrand(house, actorOf('org_1'))
    expect(first).toMatch(/^\/brand\/logo\?v=[0-9a-f]{32}$/)
    const version = first!.split('=')[1]!
    expect(await loadLogo(house, { id: 'org_1' }, version)).toEqual({
      bytes: png,
      type: 'image/png',
      lasting: true,
    })
    await setOrganizationLogo(house, actorOf('org_1'), gif)
    const { logo: second } = await loadOrganizationBrand(house, actorOf('org_1'))
    expect(second).not.toBe(first)
    expect(await loadLogo(house, { id: 'org_1' }, version)).toEqual({
      bytes: gif,
      type: 'image/gif',
      lasting: false,
    })
    await setOrganizationLogo(house, actorOf('org_1'), png)
    expect((await loadOrganizationBrand(house, actorOf('org_1'))).logo).toBe(first)

    const events = await house.db.auditEvent.findMany({ orderBy: { id: 'asc' } })
    const traits = { logoType: 'image/png', logoBytes: png.length, logoVersion: version }
    expect(events.map(({ action }) => action)).toEqual(Array(3).fill('organization.logo-changed'))
    expect(events[0]).toMatchObject({ before: { logoType: null, logoBytes: null }, after: traits })
    expect(events[1]).toMatchObject({ before: traits, after: { logoType: 'image/gif' } })
  })

  test('what is no logo changes nothing, and nothing of it is kept', async () => {
    const house = await furnish()
    await setOrganizationLogo(house, actorOf('org_1'), logoSample('png'))
    const before = await house.db.organization.findMany({ orderBy: { id: 'asc' } })
    const svg = new Uint8Array(Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'))
    await expect(setOrganizationLogo(house, actorOf('org_1'), svg)).rejects.toMatchObject({
      code: 'validation_failed',
      fields: [{ path: 'logo', message: expect.stringMatching(/^SVG and other markup can carry scripts/) }],
    })
    expect(await house.db.organization.findMany({ orderBy: { id: 'asc' } })).toEqual(before)
    expect(await house.db.auditEvent.count()).toBe(1)
  })

  test('one organization has nothing of the other: neither its logo nor its removal', async () => {
    const house = await furnish()
    await setOrganizationLogo(house, actorOf('org_1'), logoSample('png'))
    const version = (await loadOrganizationBrand(house, actorOf('org_1'))).logo!.split('=')[1]!
    await expect(loadLogo(house, { id: 'org_2' }, version)).rejects.toMatchObject({ code: 'not_found' })
    await expect(removeOrganizationLogo(house, actorOf('org_2'))).rejects.toMatchObject({ code: 'not_found' })
    expect((await loadLogo(house, { id: 'org_1' }, version)).lasting).toBe(true)
  })

  test('a logo is removed once, also by ten at once, and the audit log has it once', async () => {
    const house = await furnish()
    await setOrganizationLogo(house, actorOf('org_1'), logoSample('webp'))
    const removals = await Promise.allSettled(
      Array.from({ length: 10 }, () => removeOrganizationLogo(house, actorOf('org_1'))),
    )
    expect(removals.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await loadOrganizationBrand(house, actorOf('org_1'))).logo).toBeNull()
    await expect(loadLogo(house, { id: 'org_1' }, null)).rejects.toMatchObject({ code: 'not_found' })
    const removed = await house.db.auditEvent.findMany({ where: { action: 'organization.logo-removed' } })
    expect(removed).toMatchObject([{ before: { logoType: 'image/webp' } }])
    const row = await house.db.organization.findUniqueOrThrow({ where: { id: 'org_1' } })
    expect([row.logo, row.logoType]).toEqual([null, null])
  })

  test.each<Role>(['admin', 'viewer'])('is not for a member with the role %s to change', async (role) => {
    const house = await furnish()
    const actor = actorOf('org_1', role)
    await expect(updateOrganization(house, actor, { name: 'x' })).rejects.toMatchObject({ code: 'forbidden' })
    await expect(setOrganizationLogo(house, actor, logoSample('png'))).rejects.toMatchObject({
      code: 'forbidden',
    })
    await expect(removeOrganizationLogo(house, actor)).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('a host brings the path of its logo along, anew once it was forgotten or ten seconds have passed', async () => {
    const house = await furnish()
    let now = new Date('2026-06-01T10:00:00Z')
    const clock = { now: () => now }
    const config = parseConfig({ PUBLIC_URL: 'https://login.acme.example' })
    const [here, there] = [0, 1].map(() => createOrganizationResolver({ db: house.db, clock, config }))
    expect([await here!('org_1.example'), await there!('org_1.example')]).toMatchObject([
      { name: 'org_1', logo: null },
      { name: 'org_1', logo: null },
    ])
    await updateOrganization(house, actorOf('org_1'), { name: 'Acme' })
    await setOrganizationLogo(house, actorOf('org_1'), logoSample('jpeg'))
    here!.forget('org_2')
    expect(await here!('org_1.example')).toMatchObject({ name: 'org_1', logo: null })
    here!.forget('org_1')
    const { logo } = await loadOrganizationBrand(house, actorOf('org_1'))
    expect(await here!('org_1.example')).toMatchObject({ name: 'Acme', logo })
    expect(await there!('org_1.example')).toMatchObject({ name: 'org_1', logo: null })
    now = new Date(now.getTime() + 10_001)
    expect(await there!('org_1.example')).toMatchObject({ name: 'Acme', logo })
  })

  test('no other statement reads the image', async () => {
    const statements: string[] = []
    const { prisma: db } = await open({ onStatement: (statement) => void statements.push(statement) })
    const house = { db, clock: systemClock, random: systemRandom, config: parseConfig({}) }
    await insertOrganization(db, { id: 'org_1', name: 'Acme', host: 'acme.example' })
    await setOrganizationLogo(house, actorOf('org_1'), logoSample('png'))
    statements.length = 0
    await createOrganizationResolver(house)('acme.example')
    await loadOrganizationBrand(house, actorOf('org_1'))
    await updateOrganization(house, actorOf('org_1'), { name: 'Acme' })
    const about = statements.filter((statement) => /organizations/.test(statement))
    expect(about.length).toBeGreaterThan(2)
    for (const statement of about) {
      const selected = statement.replaceAll(/(?:sha256|octet_length)\(logo\)/g, '')
      expect(selected).not.toMatch(/"logo"(?!\s*=)|\blogo\b(?=\s*[,\n])/)
    }
  })
})
