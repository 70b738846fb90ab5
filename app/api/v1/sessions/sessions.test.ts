import { beforeAll, describe, expect, test } from 'vitest'
import { insertOrganization } from '#lib/store/organizations.ts'
import { furnishApplication, furnishGrant, furnishSession, furnishTenant } from '#lib/testing/signed-in.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { createClient } from '#server/testing/http-client.ts'

type Listed = { id: string; applications: string[] } & Record<string, unknown>
type Listing = { data: Listed[]; nextCursor: string | null }

describeOnEachServer('/api/v1/sessions', (server) => {
  let organizationId: string
  let acme: Awaited<ReturnType<typeof furnishTenant>>
  let globex: Awaited<ReturnType<typeof furnishTenant>>
  const apps: Record<string, string> = {}

  beforeAll(async () => {
    const { house } = server
    organizationId = (await house.db.organization.findFirstOrThrow()).id
    acme = await furnishTenant(house, organizationId, 'acme')
    globex = await furnishTenant(house, organizationId, 'globex')
    for (const clientId of ['mail', 'wiki'])
      apps[clientId] = await furnishApplication(house, {
        organizationId,
        productId: acme.productId,
        clientId,
        backchannelLogoutUrl: 'https://127.0.0.1:1/logout',
      })
    await house.db.user.create({
      data: {
        id: 'usr_grace',
        organizationId,
        tenantId: acme.tenantId,
        email: 'Grace@acme.example',
        emailKey: 'grace@acme.example',
        firstName: 'Grace',
        lastName: 'Hopper',
        status: 'active',
        tags: {},
        attributes: {},
      },
    })
  })

  const session = (more: Partial<Parameters<typeof furnishSession>[1]> = {}) =>
    furnishSession(server.house, { organizationId, tenantId: acme.tenantId, ...more })
  const grant = (sessionId: string, clientId: string, scope = 'openid') =>
    furnishGrant(server.house, { organizationId, sessionId, clientId, applicationId: apps[clientId]!, scope })
  const api = () => managementClient(server)
  const list = async (query = '') => {
    const answer = await api().get(`/api/v1/sessions${query}`)
    expect(answer.status).toBe(200)
    return answer.json<Listing>()
  }
  const idsOf = async (query: string) => (await list(query)).data.map(({ id }) => id)
  const remove = (path: string) => api().send('DELETE', `/api/v1/sessions${path}`)
  const audited = (action: string) =>
    server.house.db.auditEvent.findFirst({ where: { action }, orderBy: { id: 'desc' } })
  const isOver = async (id: string) =>
    (await server.house.db.session.findUniqueOrThrow({ where: { id } })).revokedAt !== null

  describe('GET 200', () => {
    test('tells who, through what, which applications, from where and how long', async () => {
      const { id } = await session({ connectionId: acme.connectionId })
      await grant(id, 'mail')
      await grant(id, 'mail')
      await grant(id, 'wiki')
      const row = await server.house.db.session.findUniqueOrThrow({ where: { id } })
      const found = (await list()).data.find((one) => one.id === id)!
      expect(found).toEqual({
        id,
        tenant: 'acme',
        user: null,
        subject: 'subject-of-ada',
        email: 'ada@acme.example',
        connection: `client-acme-${organizationId}`,
        applications: expect.arrayContaining(['mail', 'wiki']),
        amr: ['pwd'],
        createdAt: row.createdAt.toISOString(),
        lastSeenAt: row.lastSeenAt.toISOString(),
        expiresAt: row.expiresAt.toISOString(),
        address: '192.0.2.7',
        userAgent: expect.stringContaining('Firefox'),
      })
      expect(found.applications).toHaveLength(2)
    })

    test('by tenant, by user, and by what is known of the person', async () => {
      const mine = await session({ userId: 'usr_grace', email: 'old@acme.example', subject: 'usr_grace' })
      const other = await session({ tenantId: globex.tenantId, subject: '100%_special' })
      expect(await idsOf('?tenant=globex')).toEqual([other.id])
      expect(await idsOf(`?tenant=${globex.tenantId}`)).toEqual([other.id])
      expect(await idsOf('?user=usr_grace')).toEqual([mine.id])
      expect(await idsOf('?query=grace@ACME')).toEqual([mine.id])
      expect(await idsOf('?query=hopper')).toEqual([mine.id])
      expect(await idsOf('?query=old@acme')).toEqual([])
      expect(await idsOf('?query=100%25_')).toEqual([other.id])
      expect(await idsOf('?query=Tenant%20globex')).toEqual([other.id])
      expect(await idsOf('?query=%25%25%25')).toEqual([])
      expect(await idsOf('?query=192.0.2.7&tenant=globex')).toEqual([other.id])
      const [found] = (await list('?user=usr_grace')).data
      expect(found).toMatchObject({ user: 'usr_grace', email: 'Grace@acme.example' })
    })

    test('in pages, newest first', async () => {
      const all = await idsOf('?limit=200')
      expect(all).toEqual(all.toSorted().reverse())
      const first = await list('?limit=2')
      const second = await list(`?limit=200&cursor=${first.nextCursor}`)
      expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(all)
      expect(second.nextCursor).toBeNull()
    })

    test('what is over is not there: ended, expired, idle', async () => {
      const ended = await session()
      const brief = await session({ seconds: 60 })
      await remove(`/${ended.id}`)
      expect(await idsOf('?limit=200')).not.toContain(ended.id)
      expect(await idsOf('?limit=200')).toContain(brief.id)
      server.clock.advance(61)
      expect(await idsOf('?limit=200')).not.toContain(brief.id)
      server.clock.advance(8 * 3600)
      expect(await idsOf('?limit=200')).toEqual([])
    })
  })

  describe('DELETE 2xx', () => {
    test('one: with everything granted in it, offline access included, told to its applications, audited, once', async () => {
      const { id } = await session()
      const offline = await grant(id, 'mail', 'openid offline_access')
      expect((await remove(`/${id}`)).status).toBe(204)
      expect(
        (await server.house.db.grant.findUniqueOrThrow({ where: { id: offline.id } })).revokedAt,
      ).not.toBeNull()
      expect(await server.house.db.accessToken.count({ where: { tokenHash: offline.accessTokenHash } })).toBe(
        0,
      )
      expect(await server.house.db.logoutNotice.count({ where: { sessionId: id } })).toBe(1)
      expect(await audited('session.ended')).toMatchObject({
        actorId: 'bootstrap-1',
        targetId: id,
        targetName: 'ada@acme.example',
        tenant: 'acme',
      })
      expect((await remove(`/${id}`)).status).toBe(404)
      expect(await server.house.db.logoutNotice.count({ where: { sessionId: id } })).toBe(1)
    })

    test('one, of ten that end it at once', async () => {
      const { id } = await session()
      const statuses = await Promise.all(
        Array.from({ length: 10 }, async () => (await remove(`/${id}`)).status),
      )
      expect(statuses.sort()).toEqual([204, ...Array(9).fill(404)])
    })

    test('all of a tenant', async () => {
      const [first, second, bystander] = [
        await session({ tenantId: globex.tenantId }),
        await session({ tenantId: globex.tenantId }),
        await session(),
      ]
      const answer = await remove('?tenant=globex')
      expect([answer.status, answer.json()]).toEqual([200, { ended: expect.any(Number) }])
      expect([await isOver(first.id), await isOver(second.id), await isOver(bystander.id)]).toEqual([
        true,
        true,
        false,
      ])
      expect(await audited('sessions.ended')).toMatchObject({ targetType: 'tenant', tenant: 'globex' })
      expect((await remove('?tenant=globex')).json()).toEqual({ ended: 0 })
    })

    test('all of a user', async () => {
      await remove('?user=usr_grace')
      const mine = [await session({ userId: 'usr_grace' }), await session({ userId: 'usr_grace' })]
      const bystander = await session()
      expect((await remove('?user=usr_grace')).json()).toEqual({ ended: 2 })
      for (const { id } of mine) expect(await isOver(id)).toBe(true)
      expect(await isOver(bystander.id)).toBe(false)
      expect(await audited('sessions.ended')).toMatchObject({
        targetType: 'user',
        targetName: 'Grace@acme.example',
        after: { sessions: 2 },
      })
    })
  })

  describe('what goes with its tenant or connection', () => {
    test('is told to its applications', async () => {
      const doomed = await furnishTenant(server.house, organizationId, 'doomed')
      const through = { tenantId: doomed.tenantId, connectionId: doomed.connectionId }
      const [connected, other] = [await session(through), await session({ tenantId: doomed.tenantId })]
      for (const { id } of [connected, other]) await grant(id, 'mail')
      const told = async () =>
        (
          await server.house.db.logoutNotice.findMany({
            where: { sessionId: { in: [connected.id, other.id] } },
          })
        )
          .map(({ sessionId }) => sessionId)
          .sort()
      const query = new URLSearchParams({ tenant: 'doomed', product: 'crm' })
      expect((await api().send('DELETE', `/api/v1/connections?${query}`)).status).toBe(204)
      expect(await told()).toEqual([connected.id])
      expect((await api().send('DELETE', '/api/v1/tenants/doomed')).status).toBe(204)
      expect(await told()).toEqual([connected.id, other.id].sort())
      expect(await server.house.db.session.count({ where: { id: { in: [connected.id, other.id] } } })).toBe(0)
    })
  })

  describe('4xx', () => {
    test.each(['', '?tenant=', '?tenant=acme&user=usr_grace', '?query=acme'])(
      '400 DELETE %j ends nothing',
      async (query) => {
        const { id } = await session()
        const answer = await remove(query)
        expect(answer.status).toBe(400)
        expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
        expect(await isOver(id)).toBe(false)
      },
    )

    test.each(['?limit=0', '?limit=201', '?limit=x'])('400 GET %s', async (query) => {
      expect((await api().get(`/api/v1/sessions${query}`)).status).toBe(400)
    })

    test('404 for what is not there', async () => {
      expect((await api().get('/api/v1/sessions?tenant=nobody')).status).toBe(404)
      for (const path of ['/sid_none', '?tenant=nobody', '?user=usr_nobody'])
        expect((await remove(path)).status).toBe(404)
    })

    test('404 for a session of another organization', async () => {
      await insertOrganization(server.house.db, { id: 'org_abroad', name: 'Abroad', host: 'abroad.example' })
      const { tenantId } = await furnishTenant(server.house, 'org_abroad', 'abroad')
      const { id } = await furnishSession(server.house, { organizationId: 'org_abroad', tenantId })
      expect((await remove(`/${id}`)).status).toBe(404)
      expect((await remove('?tenant=abroad')).status).toBe(404)
      expect(await idsOf('?limit=200')).not.toContain(id)
      expect(await isOver(id)).toBe(false)
    })

    test('401 without a key', async () => {
      const stranger = createClient(server.port)
      for (const [method, path] of [
        ['GET', ''],
        ['DELETE', '?tenant=acme'],
        ['DELETE', '/sid_1'],
      ])
        expect((await stranger.send(method!, `/api/v1/sessions${path}`)).status).toBe(401)
    })

    test('405 for what is not offered', async () => {
      expect((await api().post('/api/v1/sessions', { json: {} })).status).toBe(405)
    })
  })
})
