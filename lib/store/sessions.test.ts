import { beforeAll, describe, expect, test } from 'vitest'
import { describeOnEachDatabase } from '#lib/testing/databases.ts'
import { furnishApplication, furnishGrant, furnishSession, furnishTenant } from '#lib/testing/signed-in.ts'
import { secondsAfter } from '../base/clock.ts'
import type { Db } from './db.ts'
import { insertOrganization } from './organizations.ts'
import { endSessions, type WhichSessions } from './sessions.ts'

const now = new Date('2026-06-01T10:00:00.000Z')
const later = secondsAfter(now, 60)
const organizationId = 'org_1'

describeOnEachDatabase('sessions end', (open) => {
  let db: Db
  let parts: { db: Db; clock: { now(): Date } }
  let acme: Awaited<ReturnType<typeof furnishTenant>>
  const apps: Record<string, string> = {}

  beforeAll(async () => {
    db = (await open()).prisma
    parts = { db, clock: { now: () => now } }
    for (const id of ['org_1', 'org_2']) await insertOrganization(db, { id, name: id, host: `${id}.example` })
    acme = await furnishTenant(parts, organizationId, 'acme')
    const { productId } = acme
    const backchannelLogoutUrl = 'https://app.acme.example/logout'
    for (const clientId of ['mail', 'wiki'])
      apps[clientId] = await furnishApplication(parts, {
        organizationId,
        productId,
        clientId,
        backchannelLogoutUrl,
      })
    apps.deaf = await furnishApplication(parts, { organizationId, productId, clientId: 'deaf' })
  })

  const session = (more: Partial<Parameters<typeof furnishSession>[1]> = {}) =>
    furnishSession(parts, {
      organizationId,
      tenantId: acme.tenantId,
      connectionId: acme.connectionId,
      ...more,
    })
  const grant = (sessionId: string, clientId: string, more: { scope?: string; subject?: string } = {}) =>
    furnishGrant(parts, { organizationId, sessionId, clientId, applicationId: apps[clientId], ...more })
  const end = (which: WhichSessions, options?: { keepOffline?: boolean }) =>
    endSessions(db, organizationId, which, later, options)
  const noticesOf = (sessionId: string) =>
    db.logoutNotice.findMany({ where: { sessionId }, orderBy: { applicationId: 'asc' } })
  const isRevoked = async (id: string) =>
    (await db.grant.findUniqueOrThrow({ where: { id } })).revokedAt !== null
  const tokens = (hash: string) => db.accessToken.count({ where: { tokenHash: hash } })

  test('with their grants and tokens; who asked to hear of it has one notice, however many grants it had', async () => {
    const { id } = await session({ upstreamSubject: 'ada@idp', upstream: { sessionIndex: '_1' } })
    const granted = [
      await grant(id, 'mail'),
      await grant(id, 'mail', { scope: 'openid offline_access' }),
      await grant(id, 'wiki'),
      await grant(id, 'deaf'),
    ]
    const bystander = await session()
    const others = await grant(bystander.id, 'mail')

    expect(await end({ ids: [id] })).toEqual([
      {
        id,
        subject: 'subject-of-ada',
        tenantId: acme.tenantId,
        userId: null,
        connectionId: acme.connectionId,
        upstreamSubject: 'ada@idp',
        upstream: { sessionIndex: '_1' },
      },
    ])
    expect((await db.session.findUniqueOrThrow({ where: { id } })).revokedAt).toEqual(later)
    for (const one of granted) {
      expect(await isRevoked(one.id)).toBe(true)
      expect(await tokens(one.accessTokenHash)).toBe(0)
    }
    expect(await noticesOf(id)).toEqual(
      ['mail', 'wiki'].map((clientId) => ({
        id: expect.stringMatching(/^lgt_[0-9a-z]{26}$/),
        organizationId,
        applicationId: apps[clientId],
        sessionId: id,
        subject: 'subject-of-ada',
        attempts: 0,
        nextAttemptAt: later,
        deliveredAt: null,
        failedAt: null,
        lastError: null,
        createdAt: later,
      })),
    )
    expect(await isRevoked(others.id)).toBe(false)
    expect(await tokens(others.accessTokenHash)).toBe(1)
    expect(await noticesOf(bystander.id)).toEqual([])
  })

  test('an application hears of it also when its grant had been revoked before', async () => {
    const { id } = await session()
    const { id: grantId } = await grant(id, 'mail')
    await db.grant.update({ where: { id: grantId }, data: { revokedAt: now } })
    await end({ ids: [id] })
    expect(await noticesOf(id)).toHaveLength(1)
    expect((await db.grant.findUniqueOrThrow({ where: { id: grantId } })).revokedAt).toEqual(now)
  })

  test('what was granted for offline times stays where asked, and the application hears of it all the same', async () => {
    const { id } = await session()
    const offline = await grant(id, 'mail', { scope: 'openid offline_access email' })
    const online = await grant(id, 'wiki', { scope: 'openid not_offline_access' })
    await end({ ids: [id] }, { keepOffline: true })
    expect(await isRevoked(offline.id)).toBe(false)
    expect(await tokens(offline.accessTokenHash)).toBe(1)
    expect(await isRevoked(online.id)).toBe(true)
    expect(await tokens(online.accessTokenHash)).toBe(0)
    expect(await noticesOf(id)).toHaveLength(2)
  })

  test('once, of twenty that end them at the same moment, in whatever order and by whatever name', async () => {
    const upstreamSubject = 'race@idp'
    const made = await Promise.all(Array.from({ length: 6 }, () => session({ upstreamSubject })))
    const ids = made.map(({ id }) => id)
    await Promise.all(ids.flatMap((id) => [grant(id, 'mail'), grant(id, 'wiki')]))
    const ways: WhichSessions[] = [
      { ids },
      { ids: ids.toReversed() },
      { connectionId: acme.connectionId, upstreamSubject },
      { ids: ids.slice(0, 2) },
    ]
    const ended = await Promise.all(Array.from({ length: 20 }, (_, index) => end(ways[index % ways.length]!)))
    expect(
      ended
        .flat()
        .map(({ id }) => id)
        .sort(),
    ).toEqual(ids.sort())
    for (const id of ids) expect(await noticesOf(id)).toHaveLength(2)
    expect(await end({ ids })).toEqual([])
  })

  describe('by', () => {
    const idsOf = async (which: WhichSessions) => (await end(which)).map(({ id }) => id).sort()

    test('user', async () => {
      const user = await db.user.create({
        data: {
          id: 'usr_ada',
          organizationId,
          tenantId: acme.tenantId,
          email: 'ada@acme.example',
          emailKey: 'ada@acme.example',
          status: 'active',
          tags: {},
          attributes: {},
        },
      })
      const mine = [await session({ userId: user.id }), await session({ userId: user.id })]
      await session()
      expect(await idsOf({ userId: user.id })).toEqual(mine.map(({ id }) => id).sort())
    })

    test('subject at the identity provider, and where it says so only those of the sessions it names', async () => {
      const at = (upstreamSubject: string, sessionIndex: string) =>
        session({ upstreamSubject, upstream: { sessionIndex } })
      const [first, second, third] = [await at('bob', '_1'), await at('bob', '_2'), await at('bob', '_3')]
      await at('eve', '_1')
      const { connectionId } = acme
      expect(await idsOf({ connectionId, upstreamSubject: 'bob', sessionIndexes: ['_2', '_9'] })).toEqual([
        second.id,
      ])
      expect(await idsOf({ connectionId, upstreamSubject: 'bob', sessionIndexes: [] })).toEqual([])
      expect(await idsOf({ connectionId: 'con_other', upstreamSubject: 'bob' })).toEqual([])
      expect(await idsOf({ connectionId, upstreamSubject: 'bob' })).toEqual([first.id, third.id].sort())
    })

    test('connection', async () => {
      const initech = await furnishTenant(parts, organizationId, 'initech')
      const { tenantId, connectionId } = initech
      const mine = [
        await session({ tenantId, connectionId, upstreamSubject: 'ada' }),
        await session({ tenantId, connectionId }),
      ]
      await session({ tenantId, connectionId: undefined })
      expect(await idsOf({ connectionId })).toEqual(mine.map(({ id }) => id).sort())
    })

    test('tenant', async () => {
      const globex = await furnishTenant(parts, organizationId, 'globex')
      const { id } = await session({ tenantId: globex.tenantId, connectionId: globex.connectionId })
      expect(await idsOf({ tenantId: globex.tenantId })).toEqual([id])
    })
  })

  test('of their own organization alone', async () => {
    const { id } = await session()
    expect(await endSessions(db, 'org_2', { ids: [id] }, later)).toEqual([])
    expect(await endSessions(db, 'org_2', { tenantId: acme.tenantId }, later)).toEqual([])
    expect((await db.session.findUniqueOrThrow({ where: { id } })).revokedAt).toBeNull()
  })
})
