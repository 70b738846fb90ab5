import { decodeJwt } from 'jose'
import { beforeAll, expect, test } from 'vitest'
import { secondsAfter } from '#lib/base/clock.ts'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { createClient } from '#server/testing/http-client.ts'
import { type MadeConnection, makeConnection, redeem, signIn } from '#server/testing/sign-in.ts'

describeOnEachServer('a session that ends at the identity provider', (server) => {
  let connection: MadeConnection
  beforeAll(async () => {
    connection = await makeConnection(server, 'acme')
  })

  /** A code of a sign-in whose SessionNotOnOrAfter is that many seconds from now. */
  const signInFor = async (seconds: number) => {
    const { code } = await signIn(server, connection, { scope: 'openid' })
    const sessionNotOnOrAfterAt = secondsAfter(server.clock.now(), seconds)
    await server.house.db.grant.updateMany({ data: { sessionNotOnOrAfterAt } })
    return code
  }

  test('takes access token and ID token with it', async () => {
    const code = await signInFor(101)
    const answer = (await redeem(server, connection, code)).json<Record<string, string>>()
    expect(Number(answer.expires_in)).toBeGreaterThan(90)
    expect(Number(answer.expires_in)).toBeLessThanOrEqual(101)
    const { iat, exp } = decodeJwt(answer.id_token!)
    expect(exp! - iat!).toBe(Number(answer.expires_in))
    const authorization = `Bearer ${answer.access_token}`
    const userinfo = () => createClient(server.port, { authorization }).get('/api/oauth/userinfo')
    expect((await userinfo()).status).toBe(200)
    server.clock.advance(102)
    expect((await userinfo()).status).toBe(401)
  })

  test('leaves nothing to redeem once it is over', async () => {
    const code = await signInFor(5)
    server.clock.advance(6)
    const answer = await redeem(server, connection, code)
    expect(answer.status).toBe(400)
    expect(answer.json()).toMatchObject({ error: 'invalid_grant' })
  })

  test('changes nothing when it is hours away', async () => {
    const code = await signInFor(8 * 3600)
    expect((await redeem(server, connection, code)).json()).toMatchObject({ expires_in: 300 })
  })
})
