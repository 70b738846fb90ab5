import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeOnEachServer, managementClient } from '../testing/describe-on-each-server.ts'
import { createClient } from '../testing/http-client.ts'
import { authorizeParameters, newestTrace, redeem } from '../testing/sign-in.ts'
import { account, type OidcUpstream, startOidcProvider } from '../testing/start-oidc-provider.ts'
import { openWebBrowser, type Visit, type WebBrowser } from '../testing/web-browser.ts'

describeOnEachServer('oidc-provider as the OpenID provider', (server) => {
  let upstream: OidcUpstream
  /** The application: the browser ends there, with the answer in its address. */
  let callback: string

  beforeAll(async () => {
    upstream = await startOidcProvider(`${server.url}/api/oauth/oidc`)
    callback = `${server.url}/application`
  })
  afterAll(() => upstream.stop())

  async function connect(tenant: string, client: { id: string; secret: string }, more = {}) {
    const answer = await managementClient(server).post('/api/v1/connections', {
      json: {
        tenant,
        product: 'crm',
        oidcDiscoveryUrl: `${upstream.issuer}/.well-known/openid-configuration`,
        oidcClientId: client.id,
        oidcClientSecret: client.secret,
        defaultRedirectUrl: callback,
        redirectUrl: callback,
        ...more,
      },
    })
    expect(answer.status, answer.text).toBe(200)
    return { tenant, product: 'crm', ...answer.json<{ clientID: string; clientSecret: string }>() }
  }

  function signIn(
    connection: { tenant: string; product: string },
    more: Record<string, string> = {},
    browser: WebBrowser = openWebBrowser(),
  ): Promise<Visit> {
    const parameters = authorizeParameters(connection, { redirect_uri: callback, ...more })
    return browser.get(`${server.url}/api/oauth/authorize?${new URLSearchParams(parameters)}`)
  }

  async function profileOf(back: Visit, connection: { tenant: string; product: string }) {
    const { sentence } = await newestTrace(server)
    expect(back.url.searchParams.get('code'), `${back.url} ${sentence} ${back.text.slice(0, 500)}`).toMatch(
      /^[\w-]{43}$/,
    )
    const code = back.url.searchParams.get('code')!
    const token = await redeem(server, connection, code, { redirect_uri: callback })
    const userinfo = await createClient(server.port).get('/api/oauth/userinfo', {
      headers: { authorization: `Bearer ${token.json().access_token}` },
    })
    return userinfo.json<Record<string, unknown>>()
  }

  const engineer = {
    id: account,
    email: 'site.engineer@globex.example',
    firstName: 'Site',
    lastName: 'Engineer',
    groups: ['everyone', 'engineering'],
  }

  describe.each(['RS256', 'ES256', 'PS256', 'EdDSA'])('signing with %s', (algorithm) => {
    let connection: Awaited<ReturnType<typeof connect>>
    beforeAll(async () => {
      connection = await connect(`signs ${algorithm}`, upstream.addClient({ algorithm }))
    })

    test('a whole sign-in, from authorize to userinfo', async () => {
      const back = await signIn(connection)
      expect(back.url.searchParams.get('state')).toBe('state-1')
      expect(await profileOf(back, connection)).toMatchObject({
        ...engineer,
        raw: {
          sub: account,
          email_verified: 'true',
          iss: upstream.issuer,
          groups: ['everyone', 'engineering'],
        },
        requested: { tenant: connection.tenant, product: 'crm' },
      })
      const { checks } = await newestTrace(server)
      expect(checks.every(({ ok }) => ok)).toBe(true)
      expect(checks).toContainEqual(expect.objectContaining({ name: 'Algorithm', received: algorithm }))
    })

    test('keys rotated in between: the next sign-in fetches the new ones and goes on', async () => {
      await profileOf(await signIn(connection), connection)
      await upstream.rotateKeys()
      expect(await profileOf(await signIn(connection), connection)).toMatchObject(engineer)
    })
  })

  test('keys are fetched again for an unknown one at most every ten seconds', async () => {
    const connection = await connect('rotates twice', upstream.addClient({ algorithm: 'ES256' }))
    await signIn(connection)
    await upstream.rotateKeys()
    await profileOf(await signIn(connection), connection)
    await upstream.rotateKeys()
    const refused = await signIn(connection)
    expect(refused.url.searchParams.get('error')).toBe('access_denied')
    expect(await newestTrace(server)).toMatchObject({ cause: 'oidc_unknown_key' })
    server.clock.advance(11)
    await profileOf(await signIn(connection), connection)
  })

  test.each(['client_secret_basic', 'client_secret_post'])(
    'the client is set up for %s',
    async (authMethod) => {
      const client = upstream.addClient({ algorithm: 'RS256', authMethod })
      const connection = await connect(`by ${authMethod}`, client)
      expect(await profileOf(await signIn(connection), connection)).toMatchObject(engineer)
    },
  )

  test('a wrong client secret: the trace says so, and does not say the secret', async () => {
    const client = upstream.addClient({ algorithm: 'RS256' })
    const wrong = { id: client.id, secret: 'not-the-secret-of-this-client' }
    const back = await signIn(await connect('wrong secret', wrong))
    expect(back.url.searchParams.get('error')).toBe('access_denied')
    const trace = await newestTrace(server)
    expect(trace).toMatchObject({ cause: 'oidc_client_refused' })
    expect(JSON.stringify(trace)).not.toContain(wrong.secret)
  })

  test('PKCE S256, nonce and state go out, each new every time', async () => {
    const connection = await connect('parameters', upstream.addClient({ algorithm: 'RS256' }))
    upstream.requests.length = 0
    await signIn(connection, { login_hint: 'somebody@globex.example' })
    await signIn(connection)
    const [first, second] = upstream.requests as [URLSearchParams, URLSearchParams]
    expect(Object.fromEntries(first)).toMatchObject({
      response_type: 'code',
      scope: 'openid email profile',
      redirect_uri: `${server.url}/api/oauth/oidc`,
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      login_hint: 'somebody@globex.example',
    })
    expect(second.has('login_hint')).toBe(false)
    expect(second.has('prompt')).toBe(false)
    for (const name of ['code_challenge', 'nonce', 'state'])
      expect(first.get(name)).not.toBe(second.get(name))
  })

  test('forceAuthn: the person signs in again, though the provider knows them', async () => {
    const connection = await connect('forced', upstream.addClient({ algorithm: 'RS256' }))
    const browser = openWebBrowser()
    await signIn(connection, {}, browser)
    const before = upstream.signIns()
    await profileOf(await signIn(connection, {}, browser), connection)
    expect(upstream.signIns()).toBe(before)
    await profileOf(await signIn(connection, { forceAuthn: 'true' }, browser), connection)
    expect(upstream.signIns()).toBe(before + 1)
    expect(Object.fromEntries(upstream.requests.at(-1)!)).toMatchObject({ prompt: 'login', max_age: '0' })
  })

  test('a person without an e-mail address is refused', async () => {
    const connection = await connect('no address', upstream.addClient({ algorithm: 'RS256' }))
    upstream.describe({ email: undefined })
    const back = await signIn(connection)
    upstream.describe({})
    expect(back.url.searchParams.get('error')).toBe('access_denied')
    expect(await newestTrace(server)).toMatchObject({ cause: 'profile_email_missing' })
  })

  test('attributeMap names the claims to take', async () => {
    const client = upstream.addClient({ algorithm: 'RS256' })
    const attributeMap = { firstName: 'family_name', roles: 'groups' }
    const connection = await connect('mapped', client, { attributeMap })
    expect(await profileOf(await signIn(connection), connection)).toMatchObject({
      firstName: 'Engineer',
      lastName: 'Engineer',
      roles: ['everyone', 'engineering'],
    })
  })

  test('a provider that signs this client’s ID tokens with the client secret is refused', async () => {
    const secret = 'a client secret that is long enough to sign with'
    const connection = await connect('shared secret', upstream.addClient({ algorithm: 'HS256', secret }))
    const back = await signIn(connection)
    expect(back.url.searchParams.get('error')).toBe('access_denied')
    expect(await newestTrace(server)).toMatchObject({ cause: 'oidc_shared_secret_algorithm' })
  })

  test('a browser that did not begin the sign-in does not end it', async () => {
    const connection = await connect('elsewhere', upstream.addClient({ algorithm: 'RS256' }))
    const browser = openWebBrowser()
    const asked = await createClient(server.port).get(
      `/api/oauth/authorize?${new URLSearchParams(authorizeParameters(connection, { redirect_uri: callback }))}`,
    )
    const elsewhere = await browser.get(asked.location())
    expect(elsewhere.status).toBe(400)
    expect(await newestTrace(server)).toMatchObject({ cause: 'login_cookie_missing' })
  })
})
