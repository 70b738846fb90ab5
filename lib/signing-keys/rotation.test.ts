import { X509Certificate } from 'node:crypto'
import { beforeEach, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import type { Actor } from '../base/actor.ts'
import { systemRandom } from '../base/ids.ts'
import { parseConfig } from '../config/config.ts'
import { createSealer, mintDataKey } from '../sealing/sealer.ts'
import { createKeyRing } from '../signing/key-ring.ts'
import type { RotatedPurpose } from '../signing/key-schedule.ts'
import type { Db } from '../store/db.ts'
import { insertMember } from '../store/members.ts'
import { insertOrganization } from '../store/organizations.ts'
import { listSigningKeys } from './list-signing-keys.ts'
import { makeNextKey } from './make-next-key.ts'
import { removeRetiredKey } from './remove-retired-key.ts'
import { switchKey } from './switch-key.ts'
import { tendSigningKeys } from './tend-signing-keys.ts'

const hour = 3600
const day = 24 * hour

describeOnEachDatabase('signing keys', (open) => {
  let db: Db
  let now: Date
  let count = 0
  let org = ''
  const sealer = createSealer([mintDataKey('dek_1', 'root', systemRandom).dataKey], systemRandom)
  const config = parseConfig({ PUBLIC_URL: 'https://login.acme.example' })
  /** One instance: a key ring of its own, over the database of all. */
  const instance = () => {
    const parts = { db, sealer, config, random: systemRandom, clock: { now: () => now } }
    return { ...parts, keys: createKeyRing(parts) }
  }
  const actor = (role: Actor['role'] = 'admin', organizationId = org): Actor => ({
    type: 'member',
    id: 'mem_1',
    name: 'Admin',
    role,
    organizationId,
    address: '',
    requestId: '',
  })
  const pass = (seconds: number) => {
    now = new Date(now.getTime() + seconds * 1000)
  }
  /** In the order in which keys go through them: here keys are made in the same millisecond. */
  const states = async (purpose: RotatedPurpose) => {
    const rows = await db.signingKey.findMany({ where: { organizationId: org, purpose } })
    const order = ['retired', 'current', 'next']
    return rows.map(({ state }) => state).sort((a, b) => order.indexOf(a) - order.indexOf(b))
  }
  const shown = async (purpose: RotatedPurpose) =>
    (await listSigningKeys(instance(), actor('viewer'))).find((one) => one.purpose === purpose)!
  const audited = async () =>
    (await db.auditEvent.findMany({ where: { organizationId: org }, orderBy: { id: 'asc' } })).map(
      ({ actorType, action }) => `${actorType} ${action}`,
    )

  beforeEach(async () => {
    db ??= (await open()).prisma
    org = `org_${++count}`
    now = new Date('2026-06-01T12:00:00Z')
    await insertOrganization(db, { id: org, name: org, host: `${org}.example` })
    // The next organization begins alone.
    await db.signingKey.deleteMany()
  })

  test('by hand: next, then current, then retired, then gone; each step audited', async () => {
    const house = instance()
    const [first] = await house.keys.load(org, 'saml')
    const { id } = await makeNextKey(house, actor(), { purpose: 'saml' })
    expect((await house.keys.load(org, 'saml')).map((key) => [key.id, key.state])).toEqual([
      [first!.id, 'current'],
      [id, 'next'],
    ])
    pass(day)
    await switchKey(house, actor(), { purpose: 'saml', id })
    expect((await house.keys.load(org, 'saml')).map((key) => [key.id, key.state])).toEqual([
      [id, 'current'],
      [first!.id, 'retired'],
    ])
    expect(await shown('saml')).toMatchObject({
      current: { id, activatedAt: '2026-06-02T12:00:00.000Z' },
      next: null,
      retired: [{ id: first!.id, removedAt: '2026-07-02T12:00:00.000Z' }],
    })
    pass(1)
    await removeRetiredKey(house, actor(), { id: first!.id })
    expect((await house.keys.load(org, 'saml')).map((key) => key.id)).toEqual([id])
    expect(await audited()).toEqual([
      'member signing-key.made',
      'member signing-key.switched',
      'member signing-key.removed',
    ])
  })

  test('a key of ID tokens is published for ten minutes at least before it signs', async () => {
    const house = instance()
    const { id } = await makeNextKey(house, actor(), { purpose: 'id-token' })
    pass(9 * 60)
    await expect(switchKey(house, actor(), { purpose: 'id-token', id })).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('in a minute'),
    })
    expect(await states('id-token')).toEqual(['current', 'next'])
    pass(60)
    await switchKey(house, actor(), { purpose: 'id-token', id })
    expect(await states('id-token')).toEqual(['retired', 'current'])
  })

  test.each(['saml', 'id-token'] as const)(
    'ten instances at once: one next key, one switch (%s)',
    async (purpose) => {
      await instance().keys.load(org, purpose)
      const made = await Promise.allSettled(
        Array.from({ length: 10 }, () => makeNextKey(instance(), actor(), { purpose })),
      )
      expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(await states(purpose)).toEqual(['current', 'next'])
      const { id } = (await shown(purpose)).next!
      pass(day)
      const switched = await Promise.allSettled(
        Array.from({ length: 10 }, () => switchKey(instance(), actor(), { purpose, id })),
      )
      expect(switched.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(await states(purpose)).toEqual(['retired', 'current'])
      const refusals = [...made, ...switched].filter(
        ({ status }) => status === 'rejected',
      ) as PromiseRejectedResult[]
      expect(new Set(refusals.map(({ reason }) => reason.code))).toEqual(new Set(['conflict']))
      expect(await audited()).toEqual(['member signing-key.made', 'member signing-key.switched'])
    },
  )

  test('whoever switches to a key that was seen before switches to no other', async () => {
    const house = instance()
    const { id } = await makeNextKey(house, actor(), { purpose: 'saml' })
    await switchKey(house, actor(), { purpose: 'saml', id })
    await makeNextKey(house, actor(), { purpose: 'saml' })
    await expect(switchKey(house, actor(), { purpose: 'saml', id })).rejects.toMatchObject({
      code: 'conflict',
    })
    expect(await states('saml')).toEqual(['retired', 'current', 'next'])
  })

  test('the database itself allows one current and one next key', async () => {
    await instance().keys.load(org, 'saml')
    const row = (await db.signingKey.findFirst({ where: { organizationId: org } }))!
    await expect(db.signingKey.create({ data: { ...row, id: 'sig_other' } })).rejects.toMatchObject({
      code: 'P2002',
    })
    await db.signingKey.create({ data: { ...row, id: 'sig_next', state: 'next' } })
    await expect(
      db.signingKey.create({ data: { ...row, id: 'sig_another', state: 'next' } }),
    ).rejects.toMatchObject({ code: 'P2002' })
  })

  test('only what has retired is removed', async () => {
    const house = instance()
    const [current] = await house.keys.load(org, 'saml')
    const { id } = await makeNextKey(house, actor(), { purpose: 'saml' })
    for (const wrong of [current!.id, id, 'sig_nothing'])
      await expect(removeRetiredKey(house, actor(), { id: wrong })).rejects.toMatchObject({
        code: 'not_found',
      })
    expect(await states('saml')).toEqual(['current', 'next'])
  })

  test('viewers look, and another organization finds nothing', async () => {
    const house = instance()
    const { id } = await makeNextKey(house, actor(), { purpose: 'saml' })
    const denied = { code: 'forbidden' }
    await expect(makeNextKey(house, actor('viewer'), { purpose: 'id-token' })).rejects.toMatchObject(denied)
    await expect(switchKey(house, actor('viewer'), { purpose: 'saml', id })).rejects.toMatchObject(denied)
    await expect(removeRetiredKey(house, actor('viewer'), { id })).rejects.toMatchObject(denied)
    await insertOrganization(db, { id: `${org}_b`, name: 'b', host: `${org}b.example` })
    await expect(switchKey(house, actor('owner', `${org}_b`), { purpose: 'saml', id })).rejects.toMatchObject(
      { code: 'not_found' },
    )
    expect(await states('saml')).toEqual(['current', 'next'])
  })

  test('by schedule: ID token keys are exchanged once a year, after a day in the JWK set', async () => {
    const house = instance()
    const [first] = await house.keys.load(org, 'id-token')
    const tend = () => Promise.all([tendSigningKeys(instance()), tendSigningKeys(instance())])
    expect(await shown('id-token')).toMatchObject({
      endsAt: '2027-06-01T12:00:00.000Z',
      nextMadeAt: '2027-05-31T12:00:00.000Z',
    })
    pass(364 * day - 1)
    await tend()
    expect(await states('id-token')).toEqual(['current'])
    pass(1)
    await tend()
    expect(await states('id-token')).toEqual(['current', 'next'])
    expect((await shown('id-token')).next).toMatchObject({ switchesAt: '2027-06-01T12:00:00.000Z' })
    pass(day - 1)
    await tend()
    expect(await states('id-token')).toEqual(['current', 'next'])
    pass(1)
    await tend()
    expect(await states('id-token')).toEqual(['retired', 'current'])
    pass(7 * day - 1)
    await tend()
    expect((await house.keys.load(org, 'id-token')).map(({ id }) => id)).toContain(first!.id)
    pass(1)
    await tend()
    expect(await states('id-token')).toEqual(['current'])
    expect(await audited()).toEqual([
      'system signing-key.made',
      'system signing-key.switched',
      'system signing-key.removed',
    ])
    expect((await shown('id-token')).endsAt).toBe('2028-05-31T12:00:00.000Z')
  })

  test('a next key made by hand waits for somebody to switch, or for the end of the year', async () => {
    const house = instance()
    await makeNextKey(house, actor(), { purpose: 'id-token' })
    pass(300 * day)
    await tendSigningKeys(house)
    expect(await states('id-token')).toEqual(['current', 'next'])
    pass(65 * day)
    await tendSigningKeys(house)
    expect(await states('id-token')).toEqual(['retired', 'current'])
  })

  test('by schedule: the SAML key gets a successor 60 days before its certificate expires, and yields on the last day', async () => {
    const house = instance()
    for (const [id, role] of [
      ['mem_o', 'owner'],
      ['mem_a', 'admin'],
      ['mem_v', 'viewer'],
    ] as const)
      await insertMember(db, {
        id: `${id}${org}`,
        organizationId: org,
        email: `${role}@acme.example`,
        name: role,
        role,
        passwordHash: 'x',
      })
    const [first] = await house.keys.load(org, 'saml')
    const end = new X509Certificate(Buffer.from(first!.certificate!, 'base64')).validToDate
    const until = (days: number) => {
      now = new Date(end.getTime() - days * day * 1000)
    }
    const mails = async () =>
      (await db.mail.findMany({ where: { organizationId: org } })).map(({ subject }) => subject)
    until(60.01)
    await tendSigningKeys(house)
    expect(await states('saml')).toEqual(['current'])
    expect(await mails()).toEqual([])
    until(60)
    await Promise.all([tendSigningKeys(instance()), tendSigningKeys(instance()), tendSigningKeys(instance())])
    expect(await states('saml')).toEqual(['current', 'next'])
    expect(await mails()).toEqual(Array(2).fill('Your SAML certificate expires in 60 days'))
    for (const days of [45, 30, 20, 14, 10, 7, 3, 1.5]) {
      until(days)
      await tendSigningKeys(house)
    }
    expect(await states('saml')).toEqual(['current', 'next'])
    expect((await mails()).length).toBe(2 * 4)
    until(1)
    await tendSigningKeys(house)
    expect(await states('saml')).toEqual(['retired', 'current'])
    pass(30 * day)
    await tendSigningKeys(house)
    expect(await states('saml')).toEqual(['current'])
  })

  test('an instance whose keys are a minute old signs with what everybody can verify, and verifies what others sign', async () => {
    const [stale, fresh] = [instance(), instance()]
    await stale.keys.load(org, 'id-token')
    const { id } = await makeNextKey(fresh, actor(), { purpose: 'id-token' })
    pass(600)
    // Read just before the switch.
    await stale.keys.load(org, 'id-token')
    await switchKey(fresh, actor(), { purpose: 'id-token', id })
    pass(59)
    const [signs] = await stale.keys.load(org, 'id-token')
    const published = (await fresh.keys.loadJwks(org)).keys.map(({ kid }) => kid)
    expect(signs!.id).not.toBe(id)
    expect(published).toContain(signs!.id)
    expect((await stale.keys.loadJwks(org)).keys.map(({ kid }) => kid)).toContain(id)
    pass(1)
    expect((await stale.keys.load(org, 'id-token'))[0]!.id).toBe(id)
  })

  test('keys of test identity providers are left alone', async () => {
    const house = instance()
    await house.keys.load(org, 'test-idp', 'ten_1')
    pass(20 * 365 * day)
    await tendSigningKeys(house)
    expect(await db.signingKey.count({ where: { organizationId: org, purpose: 'test-idp' } })).toBe(1)
  })
})
