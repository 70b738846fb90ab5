import * as client from 'openid-client'
import { beforeAll, describe, expect, test } from 'vitest'
import { describeOnEachServer, managementClient } from '../testing/describe-on-each-server.ts'
import { openWebBrowser } from '../testing/web-browser.ts'

const tenant = 'acme.com'
const product = 'crm'
const encoded = `tenant=${tenant}&product=${product}`

describeOnEachServer('openid-client as the application', (server) => {
  let callback: string
  let own: { clientID: string; clientSecret: string }

  beforeAll(async () => {
    callback = `${server.url}/application`
    await managementClient(server).post('/api/v1/tenants', { json: { slug: tenant, name: 'Acme' } })
    const made = await managementClient(server).post('/api/v1/connections', {
      json: {
        tenant,
        product,
        metadataUrl: `${server.url}/test-idp/${tenant}/metadata`,
        defaultRedirectUrl: callback,
        redirectUrl: callback,
      },
    })
    expect(made.status, made.text).toBe(200)
    own = made.json<typeof own>()
  })

  const discover = (clientId: string, secret: string | undefined, authentication?: client.ClientAuth) =>
    client.discovery(new URL(server.url), clientId, secret, authentication, {
      execute: [client.allowInsecureRequests],
    })

  /** The way of a person: to the built-in identity provider, and back to the application. */
  async function signIn(config: client.Configuration, parameters: Record<string, string>): Promise<URL> {
    const browser = openWebBrowser()
    const login = await browser.get(
      client.buildAuthorizationUrl(config, { redirect_uri: callback, ...parameters }),
    )
    expect(login.status, login.text).toBe(200)
    const signedIn = await browser.submit(login, { person: 'engineer' })
    return (await browser.submit(signedIn)).url
  }

  const ways: [string, () => Promise<client.Configuration>, Record<string, string>][] = [
    ['clientID, client_secret_post', () => discover(own.clientID, own.clientSecret), {}],
    [
      'clientID, client_secret_basic',
      () => discover(own.clientID, undefined, client.ClientSecretBasic(own.clientSecret)),
      {},
    ],
    [
      'tenant and product as client_id, basic',
      () => discover(encoded, undefined, client.ClientSecretBasic('dummy')),
      {},
    ],
    ['dummy and parameters', () => discover('dummy', 'dummy'), { tenant, product }],
    ['public client', () => discover(encoded, undefined, client.None()), {}],
  ]

  test.each(ways)(
    '%s: discovery, PKCE, state, nonce, iss, ID token, userinfo',
    async (_name, configure, more) => {
      const config = await configure()
      expect(config.serverMetadata().supportsPKCE()).toBe(true)
      const pkceCodeVerifier = client.randomPKCECodeVerifier()
      const expectedState = client.randomState()
      const expectedNonce = client.randomNonce()
      const back = await signIn(config, {
        scope: 'openid email profile',
        code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
        code_challenge_method: 'S256',
        state: expectedState,
        nonce: expectedNonce,
        ...more,
      })
      const checks = { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true }
      const tokens = await client.authorizationCodeGrant(config, back, checks)
      const claims = tokens.claims()!
      expect(claims).toMatchObject({
        iss: server.url,
        email: 'engineer@acme.com.example',
        nonce: expectedNonce,
      })
      const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub)
      expect(userinfo).toMatchObject({
        sub: claims.sub,
        email: 'engineer@acme.com.example',
        firstName: 'Demo',
      })
    },
  )

  describe('what it would refuse', () => {
    test('an answer without iss, or with another one', async () => {
      const config = await discover('dummy', 'dummy')
      const back = await signIn(config, { tenant, product, scope: 'openid' })
      const without = new URL(back)
      without.searchParams.delete('iss')
      expect(await causeOf(client.authorizationCodeGrant(config, without))).toMatch(/iss/)
      const other = new URL(back)
      other.searchParams.set('iss', 'https://evil.example')
      expect(await causeOf(client.authorizationCodeGrant(config, other))).toMatch(/iss/)
      expect((await client.authorizationCodeGrant(config, back)).access_token).toBeTruthy()
    })

    test('an error is told with its code', async () => {
      const config = await discover('dummy', 'dummy')
      const browser = openWebBrowser()
      const refused = await browser.get(
        client.buildAuthorizationUrl(config, {
          redirect_uri: callback,
          tenant,
          product,
          prompt: 'none',
          scope: 'openid',
        }),
      )
      await expect(client.authorizationCodeGrant(config, refused.url)).rejects.toMatchObject({
        error: 'login_required',
      })
    })

    test('a code that comes twice', async () => {
      const config = await discover('dummy', 'dummy')
      const back = await signIn(config, { tenant, product })
      await client.authorizationCodeGrant(config, back)
      await expect(client.authorizationCodeGrant(config, back)).rejects.toMatchObject({
        error: 'invalid_grant',
      })
    })
  })

  test('without openid it is plain OAuth', async () => {
    const config = await discover('dummy', 'dummy')
    const back = await signIn(config, { tenant, product })
    const tokens = await client.authorizationCodeGrant(config, back)
    expect(tokens.claims()).toBeUndefined()
    const profile = await client.fetchProtectedResource(
      config,
      tokens.access_token,
      new URL(`${server.url}/api/oauth/userinfo`),
      'GET',
    )
    expect(await profile.json()).toMatchObject({
      email: 'engineer@acme.com.example',
      requested: { tenant, product },
    })
  })
})

/** openid-client says what is wrong in the cause of its error. */
function causeOf(attempt: Promise<unknown>): Promise<string> {
  return attempt.then(
    () => 'nothing was wrong',
    (thrown) => String(thrown.cause),
  )
}
