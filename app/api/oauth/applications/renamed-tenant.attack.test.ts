import { decodeJwt } from 'jose'
import { expect, test } from 'vitest'
import {
  authorizeUrl,
  connectTestIdp,
  goOn,
  makeApplication,
  makePerson,
  obtainTokens,
  passTestIdp,
  redeemCode,
  spendRefreshToken,
  type TestTokens,
} from '#server/testing/applications.ts'
import {
  describeOnEachServer,
  managementClient,
  type TestServer,
} from '#server/testing/describe-on-each-server.ts'
import { createClient } from '#server/testing/http-client.ts'
import { openWebBrowser } from '#server/testing/web-browser.ts'

/** Applications keep the data of their customers apart by the claim `tenant`. */
describeOnEachServer('a slug that another tenant has now', (server) => {
  const told = async (tokens: TestTokens) => {
    const headers = { authorization: `Bearer ${tokens.access_token}` }
    const userinfo = await createClient(server.port).get('/api/oauth/userinfo', { headers })
    return [decodeJwt(tokens.id_token).tenant, userinfo.json<{ tenant: string }>().tenant]
  }

  test('is not told of somebody who signed in with a password before', async () => {
    const person = await makePerson(server, 'acme')
    const application = await makeApplication(server)
    const before = await obtainTokens(server, application, person)
    await giveAway(server, 'acme')
    const answer = await spendRefreshToken(server, application, before.refresh_token)
    expect(await told(answer.json<TestTokens>())).toEqual(['acme-old', 'acme-old'])
  })

  test('is not told of somebody who came through a connection before', async () => {
    await connectTestIdp(server, 'globex')
    const application = await makeApplication(server)
    const browser = openWebBrowser()
    const more = { tenant: 'globex', scope: 'openid offline_access', prompt: 'consent' }
    const atIdp = await browser.get(authorizeUrl(server, application, more))
    const back = await passTestIdp(atIdp, browser)
    const done = await goOn(server, { email: '', password: '' }, back, browser)
    const redeemed = await redeemCode(server, application, done.url.searchParams.get('code') ?? '')
    await giveAway(server, 'globex')
    const answer = await spendRefreshToken(server, application, redeemed.json<TestTokens>().refresh_token)
    expect(await told(answer.json<TestTokens>())).toEqual(['globex-old', 'globex-old'])
  })
})

/** The tenant is called otherwise from now on, and another one has its slug. */
async function giveAway(server: TestServer, slug: string): Promise<void> {
  const management = managementClient(server)
  const renamed = await management.send('PATCH', `/api/v1/tenants/${slug}`, { json: { slug: `${slug}-old` } })
  expect(renamed.status, renamed.text).toBe(200)
  const made = await management.post('/api/v1/tenants', { json: { slug, name: 'Somebody else' } })
  expect(made.status, made.text).toBe(201)
}
