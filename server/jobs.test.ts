import { expect, test } from 'vitest'
import { removeExpired } from './jobs.ts'
import { describeOnEachServer } from './testing/describe-on-each-server.ts'
import { authorizeParameters, begin, makeConnection, redeem, signIn } from './testing/sign-in.ts'

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
      traces: 1,
    })
    server.clock.advance(91 * 86_400)
    await removeExpired(server.house)
    expect((await count()).traces).toBe(0)
  })
})
