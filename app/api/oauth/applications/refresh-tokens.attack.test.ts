import { beforeAll, describe, expect, test } from 'vitest'
import {
  authorizeUrl,
  basic,
  makeApplication,
  makePerson,
  obtainTokens,
  redeemCode,
  requestTokens,
  spendRefreshToken,
  type TestApplication,
  type TestPerson,
  type TestTokens,
  userinfoStatus,
} from '#server/testing/applications.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { type Answer, createClient } from '#server/testing/http-client.ts'
import { begin, finish, type MadeConnection, makeConnection } from '#server/testing/sign-in.ts'

describeOnEachServer('refresh tokens of applications', (server) => {
  let person: TestPerson
  let application: TestApplication

  beforeAll(async () => {
    person = await makePerson(server, 'acme')
    application = await makeApplication(server)
  })

  const expectRefused = (answer: Answer) => {
    expect(answer.status, answer.text).toBe(400)
    expect(answer.json().error).toBe('invalid_grant')
  }

  test('rotate: each use gives another one', async () => {
    const first = await obtainTokens(server, application, person)
    const answer = await spendRefreshToken(server, application, first.refresh_token)
    expect(answer.status, answer.text).toBe(200)
    expect(answer.headers['cache-control']).toBe('no-store')
    const second = answer.json<TestTokens>()
    expect(second.refresh_token).not.toBe(first.refresh_token)
    expect((await spendRefreshToken(server, application, second.refresh_token)).status).toBe(200)
  })

  test('reuse ends the family', async () => {
    const first = await obtainTokens(server, application, person)
    const second = (await spendRefreshToken(server, application, first.refresh_token)).json<TestTokens>()
    expectRefused(await spendRefreshToken(server, application, first.refresh_token))
    expectRefused(await spendRefreshToken(server, application, second.refresh_token))
    expect(await userinfoStatus(server, second.access_token)).toBe(401)
    expect(await userinfoStatus(server, first.access_token)).toBe(401)
  })

  test('reuse leaves other families alone', async () => {
    const one = await obtainTokens(server, application, person)
    const other = await obtainTokens(server, application, person)
    await spendRefreshToken(server, application, one.refresh_token)
    expectRefused(await spendRefreshToken(server, application, one.refresh_token))
    expect((await spendRefreshToken(server, application, other.refresh_token)).status).toBe(200)
  })

  test('ten parallel redemptions of a refresh token leave one winner', async () => {
    const { refresh_token } = await obtainTokens(server, application, person)
    const uses = Array.from({ length: 10 }, () => spendRefreshToken(server, application, refresh_token))
    const answers = await Promise.all(uses)
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(400)])
    for (const answer of answers.filter(({ status }) => status === 400)) expectRefused(answer)
  })

  test('belong to their client, whose use of them another cannot spoil', async () => {
    const other = await makeApplication(server)
    const { refresh_token } = await obtainTokens(server, application, person)
    expectRefused(await spendRefreshToken(server, other, refresh_token))
    expect((await spendRefreshToken(server, application, refresh_token)).status).toBe(200)
  })

  test('need the authentication of the client', async () => {
    const { refresh_token } = await obtainTokens(server, application, person)
    const form = { grant_type: 'refresh_token', refresh_token }
    const named = await createClient(server.port).post('/api/oauth/token', {
      form: { ...form, client_id: application.clientId },
    })
    expect(named.status).toBe(401)
    const headers = basic({ ...application, clientSecret: `${application.clientSecret}x` })
    expect((await createClient(server.port).post('/api/oauth/token', { headers, form })).status).toBe(401)
    expect((await spendRefreshToken(server, application, refresh_token)).status).toBe(200)
  })

  test('scopes may shrink and never grow', async () => {
    const { refresh_token } = await obtainTokens(server, application, person)
    const form = { grant_type: 'refresh_token', refresh_token }
    const grown = await requestTokens(server, application, { ...form, scope: 'openid offline_access email' })
    expect([grown.status, grown.json().error]).toEqual([400, 'invalid_scope'])
    const shrunk = await requestTokens(server, application, { ...form, scope: 'openid' })
    expect(shrunk.status, shrunk.text).toBe(200)
  })

  test('an access token is none, nor is a code', async () => {
    const { access_token } = await obtainTokens(server, application, person)
    expectRefused(await spendRefreshToken(server, application, access_token))
    expectRefused(await spendRefreshToken(server, application, 'never-was'))
  })

  describe('are worth nothing any more', () => {
    const changes: [string, (own: TestPerson) => Promise<Answer>][] = [
      [
        'when the user is disabled',
        ({ id }) =>
          managementClient(server).send('PATCH', `/api/v1/users/${id}`, { json: { status: 'disabled' } }),
      ],
      [
        'when the user is deleted',
        ({ id }) => managementClient(server).send('DELETE', `/api/v1/users/${id}`),
      ],
      [
        'when the tenant is deleted',
        ({ tenant }) => managementClient(server).send('DELETE', `/api/v1/tenants/${tenant}`),
      ],
      [
        'when the tenant no longer allows passwords',
        ({ tenant }) =>
          managementClient(server).send('PATCH', `/api/v1/tenants/${tenant}`, {
            json: { passwordSignIn: false },
          }),
      ],
      [
        'when the tenant insists on its identity provider',
        ({ tenant }) =>
          managementClient(server).send('PATCH', `/api/v1/tenants/${tenant}`, { json: { enforceSso: true } }),
      ],
    ]
    test.each(changes)('%s', async (name, change) => {
      const own = await makePerson(server, name.replaceAll(' ', '-'))
      const { refresh_token } = await obtainTokens(server, application, own)
      const changed = await change(own)
      expect(changed.status, changed.text).toBeLessThan(300)
      expectRefused(await spendRefreshToken(server, application, refresh_token))
    })

    describe('for somebody who came through a connection,', () => {
      const endings: [string, (connection: MadeConnection) => Promise<Answer>][] = [
        [
          'when it is deactivated',
          ({ clientID, clientSecret, tenant, product }) =>
            managementClient(server).send('PATCH', '/api/v1/connections', {
              json: { clientID, clientSecret, tenant, product, isSAML: true, deactivated: true },
            }),
        ],
        [
          'when it is deleted',
          ({ clientID, clientSecret }) =>
            managementClient(server).send(
              'DELETE',
              `/api/v1/connections?${new URLSearchParams({ clientID, clientSecret })}`,
            ),
        ],
      ]
      test.each(endings)('%s', async (name, end) => {
        const tenant = `${name.replaceAll(' ', '-')}.example`
        const connection = await makeConnection(server, tenant, { product: 'reports' })
        const refreshToken = await obtainThroughConnection(connection)
        const next = (await spendRefreshToken(server, application, refreshToken)).json<TestTokens>()
        const ended = await end(connection)
        expect(ended.status, ended.text).toBeLessThan(300)
        expectRefused(await spendRefreshToken(server, application, next.refresh_token))
        expect(await userinfoStatus(server, next.access_token)).toBe(401)
      })

      async function obtainThroughConnection(connection: MadeConnection): Promise<string> {
        const more = { tenant: connection.tenant, scope: 'openid offline_access', prompt: 'consent' }
        const { searchParams } = authorizeUrl(server, application, more)
        const begun = await begin(server, searchParams)
        const { pathname, search } = (await finish(server, begun, connection.idp)).location()
        expect(pathname).toBe('/consent')
        const page = await begun.browser.get(pathname + search)
        const i = /name="i" value="([^"]+)"/.exec(page.text)![1]!
        const answer = await begun.browser.post(pathname, { form: { i, decision: 'allow' } })
        const code = answer.location().searchParams.get('code')!
        return (await redeemCode(server, application, code)).json<TestTokens>().refresh_token
      }
    })

    test('when the application is deleted', async () => {
      const own = await makeApplication(server)
      const { refresh_token } = await obtainTokens(server, own, person)
      await managementClient(server).send('DELETE', `/api/v1/applications/${own.id}`)
      expect((await spendRefreshToken(server, own, refresh_token)).status).toBe(401)
    })
  })
})
