import { expect, test } from 'vitest'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { createBrowser, createClient } from '#server/testing/http-client.ts'
import { chooseAtProvider, comeBack, makeOidcConnection } from '#server/testing/oidc-sign-in.ts'
import { newestTrace, redeem, redirectUrl } from '#server/testing/sign-in.ts'

describeOnEachServer('a sign-in that an OpenID provider asks for (OpenID Connect Core §4)', (server) => {
  const initiate = (clientID: string, parameters: Record<string, string>) => {
    const browser = createBrowser(server.port)
    return browser
      .get(`/api/oauth/initiate/${clientID}?${new URLSearchParams(parameters)}`)
      .then((answer) => ({ browser, answer }))
  }
  const issuerOf = (tenant: string) => `${server.url}/test-idp/${tenant}/oidc`

  test('runs like any other, and ends at the default address of the connection', async () => {
    const connection = await makeOidcConnection(server, 'acme', { allowUnsolicited: true })
    const { browser, answer } = await initiate(connection.clientID, {
      iss: issuerOf('acme'),
      login_hint: 'engineer@acme.example',
    })
    const asked = answer.location()
    expect(asked.searchParams.get('login_hint')).toBe('engineer@acme.example')
    expect(asked.searchParams.get('state')).toMatch(/^[\w-]{43}$/)
    const parameters = await chooseAtProvider(server, { browser, asked })
    const back = (await comeBack(browser, parameters)).location()
    expect(back.origin + back.pathname).toBe(redirectUrl)
    const redeemed = await redeem(server, connection, back.searchParams.get('code')!)
    const { access_token } = redeemed.json<{ access_token: string }>()
    const userinfo = await createClient(server.port).get('/api/oauth/userinfo', {
      headers: { authorization: `Bearer ${access_token}` },
    })
    expect(userinfo.json()).toMatchObject({
      email: expect.stringContaining('@'),
      requested: { isIdPFlow: true, tenant: 'acme', product: 'crm' },
    })
  })

  test.each([
    ['another issuer', { iss: 'https://evil.example' }, 'login_initiator_wrong_issuer'],
    ['no issuer', {}, 'login_initiator_wrong_issuer'],
  ])('is refused with %s', async (_name, parameters, cause) => {
    const connection = await makeOidcConnection(server, 'globex', { allowUnsolicited: true })
    const { answer } = await initiate(connection.clientID, parameters as Record<string, string>)
    expect([answer.status, (await newestTrace(server)).cause]).toEqual([403, cause])
  })

  test('is refused where the connection does not allow it', async () => {
    const connection = await makeOidcConnection(server, 'initech')
    const { answer } = await initiate(connection.clientID, { iss: issuerOf('initech') })
    expect(answer.status).toBe(403)
    expect(await newestTrace(server)).toMatchObject({ cause: 'login_unsolicited_not_allowed' })
  })

  test('a target that nobody registered is not gone to', async () => {
    const connection = await makeOidcConnection(server, 'hooli', { allowUnsolicited: true })
    const { browser, answer } = await initiate(connection.clientID, {
      iss: issuerOf('hooli'),
      target_link_uri: 'https://evil.example/',
    })
    const parameters = await chooseAtProvider(server, { browser, asked: answer.location() })
    const back = (await comeBack(browser, parameters)).location()
    expect(back.origin + back.pathname).toBe(redirectUrl)
  })

  test('an answer nobody asked for is refused, whatever the connection allows', async () => {
    await makeOidcConnection(server, 'umbrella', { allowUnsolicited: true })
    const parameters = new URLSearchParams({ code: 'a-code-of-somebody', iss: issuerOf('umbrella') })
    const answer = await comeBack(createBrowser(server.port), parameters)
    expect(answer.status).toBe(400)
    expect(answer.headers['set-cookie'] ?? []).toEqual([])
  })
})
