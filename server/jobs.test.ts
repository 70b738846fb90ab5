import { expect, test } from 'vitest'
import { furnishApplication, furnishGrant, furnishSession, furnishTenant } from '#lib/testing/signed-in.ts'
import { removeExpired } from './jobs.ts'
import { describeOnEachServer } from './testing/describe-on-each-server.ts'
import { authorizeParameters, begin, finish, makeConnection, redeem, signIn } from './testing/sign-in.ts'

describeOnEachServer('removing what is over', (server) => {
  test('leaves what is in use, and nothing of a sign-in in the end', async () => {
    const connection = await makeConnection(server, 'acme')
    const { code } = await signIn(server, connection)
    expect((await redeem(server, connection, code)).status).toBe(200)
    await begin(server, authorizeParameters(connection))
    const { db } = server.house
    const count = async () => ({
      loginRequests: await db.loginRequest.count(),
      grants: await db.grant.count(),
      accessTokens: await db.accessToken.count(),
      seenAssertions: await db.seenAssertion.count(),
      traces: await db.trace.count(),
    })
    await removeExpired(server.house)
    const inUse = { loginRequests: 1, grants: 1, accessTokens: 1, seenAssertions: 1, traces: 1 }
    expect(await count()).toEqual(inUse)
    server.clock.advance(3 * 3600)
    await removeExpired(server.house)
    expect(await count()).toEqual({
      loginRequests: 0,
      grants: 0,
      accessTokens: 0,
      seenAssertions: 0,
      traces: 2,
    })
    server.clock.advance(91 * 86_400)
    await removeExpired(server.house)
    expect((await count()).traces).toBe(0)
  })

  test('a sign-in from which nobody came back leaves a trace, once, with where it came from', async () => {
    const connection = await makeConnection(server, 'globex', { name: 'Globex' })
    const abandoned = async () =>
      (await server.house.db.trace.findMany({ where: { tenant: 'globex' } })).map((trace) => ({
        cause: trace.cause,
        connectionName: trace.connectionName,
        address: trace.address,
      }))
    await begin(server, authorizeParameters(connection))
    await removeExpired(server.house)
    expect(await abandoned()).toEqual([])
    server.clock.advance(16 * 60)
    await Promise.all([removeExpired(server.house), removeExpired(server.house)])
    expect(await abandoned()).toEqual([
      { cause: 'login_abandoned', connectionName: 'Globex', address: '127.0.0.1' },
    ])
  })

  test('a sign-in that came back too late is not told a second time', async () => {
    const connection = await makeConnection(server, 'late')
    const begun = await begin(server, authorizeParameters(connection))
    server.clock.advance(16 * 60)
    await finish(server, begun, connection.idp)
    await removeExpired(server.house)
    const traces = await server.house.db.trace.findMany({
      where: { OR: [{ tenant: 'late' }, { cause: 'login_expired' }] },
    })
    expect(traces.map((trace) => trace.cause)).toEqual(['login_expired'])
  })

  test('sessions past the limits of their organization go, silently; what was granted in them stays its own time', async () => {
    const { house, clock } = server
    const organizationId = (await house.db.organization.findFirstOrThrow()).id
    const { tenantId, productId } = await furnishTenant(house, organizationId, 'initech')
    const backchannelLogoutUrl = 'https://127.0.0.1:1/logout'
    const application = { organizationId, productId, clientId: 'mail', backchannelLogoutUrl }
    const applicationId = await furnishApplication(house, application)
    const session = (seconds: number) => furnishSession(house, { organizationId, tenantId, seconds })
    const [brief, idle, used] = [await session(3600), await session(90_000), await session(90_000)]
    const grants = await Promise.all(
      [brief, used].map(({ id: sessionId }) =>
        furnishGrant(house, { organizationId, sessionId, clientId: 'mail', applicationId }),
      ),
    )
    const left = async () =>
      (await house.db.session.findMany({ where: { tenantId }, orderBy: { id: 'asc' } })).map(({ id }) => id)
    const use = () => house.db.session.update({ where: { id: used.id }, data: { lastSeenAt: clock.now() } })
    clock.advance(3599)
    await removeExpired(house)
    expect(await left()).toEqual([brief.id, idle.id, used.id].sort())
    clock.advance(1)
    await use()
    await removeExpired(house)
    expect(await left()).toEqual([idle.id, used.id].sort())
    clock.advance(8 * 3600 - 3600)
    await removeExpired(house)
    expect(await left()).toEqual([used.id])
    // Its application still wants to hear when it ends, long after its tokens are gone.
    const kept = await house.db.grant.findMany({ where: { id: { in: grants.map(({ id }) => id) } } })
    expect(kept.map(({ sessionId }) => sessionId)).toEqual([used.id])
    for (let hours = 0; hours < 16; hours += 4) {
      await use()
      clock.advance(4 * 3600)
    }
    await removeExpired(house)
    expect(await left()).toEqual([])
    expect(await house.db.logoutNotice.count()).toBe(0)
  })

  test('logout notices go a day after they were heard, and thirty days after they were given up', async () => {
    const { house, clock } = server
    const organizationId = (await house.db.organization.findFirstOrThrow()).id
    const applicationId = (await house.db.application.findFirstOrThrow()).id
    const now = clock.now()
    const row = { organizationId, applicationId, sessionId: 'sid_1', subject: 'ada', nextAttemptAt: now }
    await house.db.logoutNotice.createMany({
      data: [
        { ...row, id: 'lgt_heard', deliveredAt: now },
        { ...row, id: 'lgt_failed', failedAt: now, lastError: 'no' },
        { ...row, id: 'lgt_open' },
      ],
    })
    const left = async () =>
      (await house.db.logoutNotice.findMany({ orderBy: { id: 'asc' } })).map(({ id }) => id)
    clock.advance(86_300)
    await removeExpired(house)
    expect(await left()).toEqual(['lgt_failed', 'lgt_heard', 'lgt_open'])
    clock.advance(200)
    await removeExpired(house)
    expect(await left()).toEqual(['lgt_failed', 'lgt_open'])
    clock.advance(29 * 86_400)
    await removeExpired(house)
    expect(await left()).toEqual(['lgt_open'])
  })
})
