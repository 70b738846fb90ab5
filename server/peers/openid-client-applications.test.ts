import * as client from 'openid-client'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  goOn,
  makeApplication,
  makePerson,
  type TestApplication,
  type TestPerson,
} from '../testing/applications.ts'
import { describeOnEachServer } from '../testing/describe-on-each-server.ts'
import { openWebBrowser, type WebBrowser } from '../testing/web-browser.ts'

describeOnEachServer('openid-client, as an application of its own', (server) => {
  let ada: TestPerson
  let application: TestApplication
  let config: client.Configuration
  const goodbye = 'https://reports.example/goodbye'

  beforeAll(async () => {
    ada = await makePerson(server, 'acme', { firstName: 'Ada', lastName: 'Byron' })
    application = await makeApplication(server, { postLogoutRedirectUrls: [goodbye] })
    config = await discover(application)
  })

  function discover({ clientId, clientSecret }: TestApplication, metadata?: Partial<client.ClientMetadata>) {
    const authentication = client.ClientSecretBasic(clientSecret)
    const execute = [client.allowInsecureRequests, client.enableNonRepudiationChecks]
    return client.discovery(new URL(server.url), clientId, metadata, authentication, { execute })
  }

  type Begun = { url: URL; checks: client.AuthorizationCodeGrantChecks }
  type Ways = { pushed?: boolean; DPoP?: client.DPoPHandle }

  /** Where the browser is sent, and what the answer must fit. */
  async function begin(
    own: client.Configuration,
    parameters: Record<string, string> = {},
    { pushed, DPoP }: Ways = {},
  ): Promise<Begun> {
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const expectedState = client.randomState()
    const expectedNonce = client.randomNonce()
    const sent = {
      redirect_uri: application.redirectUrl,
      scope: 'openid email profile',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: expectedState,
      nonce: expectedNonce,
      tenant: 'acme',
      ...parameters,
    }
    const url = pushed
      ? await client.buildAuthorizationUrlWithPAR(own, sent, { DPoP })
      : client.buildAuthorizationUrl(own, sent)
    return { url, checks: { pkceCodeVerifier, expectedState, expectedNonce, idTokenExpected: true } }
  }

  async function signIn(
    own = config,
    parameters: Record<string, string> = {},
    ways: Ways = {},
    browser: WebBrowser = openWebBrowser(),
  ) {
    const { url, checks } = await begin(own, parameters, ways)
    const back = await goOn(server, ada, await browser.get(url), browser)
    const { DPoP } = ways
    return client.authorizationCodeGrant(own, back.url, checks, undefined, { DPoP })
  }

  test('a code with PKCE, an ID token with its signature, userinfo', async () => {
    const tokens = await signIn()
    const claims = tokens.claims()!
    expect(claims).toMatchObject({ iss: server.url, aud: application.clientId, sub: ada.id, tenant: 'acme' })
    expect(tokens.refresh_token).toBeUndefined()
    expect(await client.fetchUserInfo(config, tokens.access_token, claims.sub)).toMatchObject({
      name: 'Ada Byron',
      email: ada.email,
    })
    await expect(client.fetchUserInfo(config, tokens.access_token, 'usr_somebody_else')).rejects.toThrow()
  })

  describe('refresh tokens', () => {
    const offline = { scope: 'openid email offline_access', prompt: 'consent' }

    test('bring new tokens of the same sign-in; the one that was used is worth nothing', async () => {
      const first = await signIn(config, offline)
      const second = await client.refreshTokenGrant(config, first.refresh_token!)
      expect(second.claims()).toMatchObject({
        sub: ada.id,
        sid: first.claims()!.sid,
        auth_time: first.claims()!.auth_time,
      })
      expect(await client.fetchUserInfo(config, second.access_token, ada.id)).toMatchObject({
        email: ada.email,
      })
      await expect(client.refreshTokenGrant(config, first.refresh_token!)).rejects.toMatchObject({
        error: 'invalid_grant',
      })
      await expect(client.refreshTokenGrant(config, second.refresh_token!)).rejects.toMatchObject({
        error: 'invalid_grant',
      })
    })

    test('bring less where less is asked for, never more', async () => {
      const { refresh_token } = await signIn(config, offline)
      const less = await client.refreshTokenGrant(config, refresh_token!, { scope: 'openid' })
      expect(less.scope).toBe('openid')
      await expect(
        client.refreshTokenGrant(config, less.refresh_token!, { scope: 'openid phone' }),
      ).rejects.toMatchObject({ error: 'invalid_scope' })
    })

    test('are worth nothing once they are revoked', async () => {
      const tokens = await signIn(config, offline)
      const introspect = () => client.tokenIntrospection(config, tokens.access_token)
      expect(await introspect()).toMatchObject({ active: true, username: ada.email })
      await client.tokenRevocation(config, tokens.refresh_token!)
      expect(await introspect()).toEqual({ active: false })
      await expect(client.refreshTokenGrant(config, tokens.refresh_token!)).rejects.toMatchObject({
        error: 'invalid_grant',
      })
    })
  })

  test('a second sign-in is silent while the session lives; logging out ends it', async () => {
    const browser = openWebBrowser()
    const first = await signIn(config, {}, {}, browser)
    const silent = await begin(config, { prompt: 'none' })
    const back = await browser.get(silent.url)
    const again = await client.authorizationCodeGrant(config, back.url, silent.checks)
    expect(again.claims()).toMatchObject({ sub: ada.id, sid: first.claims()!.sid })

    const state = client.randomState()
    const logout = client.buildEndSessionUrl(config, {
      id_token_hint: again.id_token!,
      post_logout_redirect_uri: goodbye,
      state,
    })
    expect((await browser.peek(logout))?.href).toBe(`${goodbye}?state=${state}`)
    const refused = await begin(config, { prompt: 'none' })
    const { url } = await browser.get(refused.url)
    await expect(client.authorizationCodeGrant(config, url, refused.checks)).rejects.toMatchObject({
      error: 'login_required',
    })
    await expect(client.fetchUserInfo(config, first.access_token, ada.id)).rejects.toMatchObject({
      status: 401,
    })
  })

  test('a pushed authorization request, where nothing else is allowed', async () => {
    const strict = await makeApplication(server, { requirePar: true })
    const own = await discover(strict)
    const tokens = await signIn(own, {}, { pushed: true })
    expect(tokens.claims()).toMatchObject({ sub: ada.id, aud: strict.clientId })
    const { url, checks } = await begin(own)
    const back = await openWebBrowser().get(url)
    await expect(client.authorizationCodeGrant(own, back.url, checks)).rejects.toMatchObject({
      error: 'invalid_request',
    })
  })

  test.each([false, true])('DPoP binds tokens to a key (request pushed: %s)', async (pushed) => {
    const bound = await makeApplication(server, { requireDpop: true })
    const own = await discover(bound)
    const DPoP = client.getDPoPHandle(own, await client.randomDPoPKeyPair())
    const stranger = client.getDPoPHandle(own, await client.randomDPoPKeyPair())
    const offline = { scope: 'openid email offline_access', prompt: 'consent' }
    const tokens = await signIn(own, offline, { pushed, DPoP })
    expect(tokens.token_type).toBe('dpop')
    const read = (token: string, more: client.DPoPOptions = {}) =>
      client.fetchUserInfo(own, token, ada.id, more)
    expect(await read(tokens.access_token, { DPoP })).toMatchObject({ email: ada.email })
    await expect(read(tokens.access_token)).rejects.toMatchObject({ status: 401 })
    await expect(read(tokens.access_token, { DPoP: stranger })).rejects.toMatchObject({ status: 401 })
    const next = await client.refreshTokenGrant(own, tokens.refresh_token!, undefined, { DPoP })
    expect(next.token_type).toBe('dpop')
    expect(await read(next.access_token, { DPoP })).toMatchObject({ email: ada.email })
  })

  test('client credentials, for itself', async () => {
    const tokens = await client.clientCredentialsGrant(config)
    expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({
      active: true,
      sub: application.clientId,
    })
    await expect(
      client.fetchUserInfo(config, tokens.access_token, client.skipSubjectCheck),
    ).rejects.toMatchObject({ status: 403 })
  })
})
