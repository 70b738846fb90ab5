import { beforeAll, expect, test } from 'vitest'
import {
  authorizeUrl,
  challengeOf,
  connectTestIdp,
  goOn,
  makeApplication,
  passTestIdp,
  redeemCode,
  spendRefreshToken,
  type TestApplication,
  type TestTokens,
  userinfoStatus,
  verifier,
} from '#server/testing/applications.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { openWebBrowser, type WebBrowser } from '#server/testing/web-browser.ts'

/**
 * Before a tenant is live anybody can sign in as anybody at its built-in test identity provider: as somebody who matters
 * later, for instance. What they got then must be worth nothing once the tenant is live.
 */
describeOnEachServer('a tenant that goes live leaves its test sign-ins behind', (server) => {
  let application: TestApplication
  beforeAll(async () => {
    application = await makeApplication(server)
  })

  const challenge = challengeOf(verifier)
  const ask = (browser: WebBrowser, tenant: string, more: Record<string, string> = {}) =>
    browser.get(authorizeUrl(server, application, { tenant, code_challenge: challenge, ...more }))

  async function signIn(tenant: string): Promise<{ browser: WebBrowser; tokens: TestTokens }> {
    const browser = openWebBrowser()
    const more = { scope: 'openid offline_access', prompt: 'consent' }
    const back = await passTestIdp(await ask(browser, tenant, more), browser)
    const done = await goOn(server, { email: '', password: '' }, back, browser)
    const code = done.url.searchParams.get('code') ?? ''
    const answer = await redeemCode(server, application, code)
    expect(answer.status, answer.text).toBe(200)
    return { browser, tokens: answer.json<TestTokens>() }
  }

  test('sessions, access tokens and offline access end, those whose session is over as well', async () => {
    await connectTestIdp(server, 'acme')
    const earlier = await signIn('acme')
    await server.house.db.session.deleteMany()
    const { browser, tokens } = await signIn('acme')
    expect((await ask(browser, 'acme', { prompt: 'none' })).url.searchParams.get('code')).toBeTruthy()
    expect(await userinfoStatus(server, tokens.access_token)).toBe(200)

    const live = await managementClient(server).send('PATCH', '/api/v1/tenants/acme', {
      json: { live: true },
    })
    expect(live.status, live.text).toBe(200)

    const silent = await ask(browser, 'acme', { prompt: 'none' })
    expect(silent.url.searchParams.get('error')).toBe('login_required')
    for (const one of [tokens, earlier.tokens]) {
      expect(await userinfoStatus(server, one.access_token)).toBe(401)
      expect((await spendRefreshToken(server, application, one.refresh_token)).json().error).toBe(
        'invalid_grant',
      )
    }
  })

  test('another change of the tenant ends nothing', async () => {
    await connectTestIdp(server, 'globex')
    const { tokens } = await signIn('globex')
    await managementClient(server).send('PATCH', '/api/v1/tenants/globex', { json: { name: 'Globex' } })
    expect(await userinfoStatus(server, tokens.access_token)).toBe(200)
  })
})
