import { expect, test } from 'vitest'
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
})
