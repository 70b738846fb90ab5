import { createRemoteJWKSet, jwtVerify } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import {
  askTokens,
  authorize,
  callbackUrl,
  type MadeApplication,
  makeApplication,
  makeUser,
  mintVerifier,
  redeemAt,
  requestOf,
  signInWithPassword,
  type Tokens,
  tokenOf,
  typePassword,
} from '#server/testing/application.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { createBrowser, createClient } from '#server/testing/http-client.ts'
import { begin, finish, makeConnection, newestTrace } from '#server/testing/sign-in.ts'

describeOnEachServer('people sign in to an application', (server) => {
  let application: MadeApplication
  let ada: { id: string }

  beforeAll(async () => {
    application = await makeApplication(server)
    ada = await makeUser(server, 'acme', 'ada@acme.example', { firstName: 'Ada', lastName: 'Byron' })
  })

  const userinfo = async (token: string) =>
    (
      await createClient(server.port).get('/api/oauth/userinfo', {
        headers: { authorization: `Bearer ${token}` },
      })
    ).json<Record<string, unknown>>()

  describe('with a password', () => {
    test('from authorize to userinfo', async () => {
      const { url, code, verifier } = await signInWithPassword(server, application, 'ada@acme.example', {
        tenant: 'acme',
      })
      expect(url.origin + url.pathname).toBe(callbackUrl)
      expect(url.searchParams.get('state')).toBe('state-1')
      expect(url.searchParams.get('iss')).toBe(server.url)
      const answer = await redeemAt(server, application, { code, verifier })
      expect(answer.status).toBe(200)
      const tokens = answer.json<Tokens>()
      expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 3600, scope: 'openid email profile' })
      expect(tokens.refresh_token).toBeUndefined()
      const keys = createRemoteJWKSet(new URL(`${server.url}/api/oauth/jwks`))
      const { payload } = await jwtVerify(tokens.id_token!, keys, {
        issuer: server.url,
        audience: application.clientId,
        algorithms: ['RS256'],
        currentDate: server.clock.now(),
      })
      expect(payload).toMatchObject({
        sub: ada.id,
        nonce: 'nonce-1',
        tenant: 'acme',
        amr: ['pwd'],
        email: 'ada@acme.example',
        sid: expect.stringMatching(/^sid_/),
        auth_time: expect.any(Number),
      })
      expect(await userinfo(tokens.access_token)).toEqual({
        sub: ada.id,
        tenant: 'acme',
        name: 'Ada Byron',
        given_name: 'Ada',
        family_name: 'Byron',
        preferred_username: 'ada@acme.example',
        updated_at: expect.any(Number),
        email: 'ada@acme.example',
        email_verified: false,
      })
    })

    test('without the tenant, by the address alone', async () => {
      const { code, verifier } = await signInWithPassword(server, application, 'ADA@acme.example')
      const tokens = (await redeemAt(server, application, { code, verifier })).json<Tokens>()
      expect(await userinfo(tokens.access_token)).toMatchObject({ sub: ada.id })
    })

    test('a wrong password shows the page again, keeps the address, and leaves a trace', async () => {
      const parameters = requestOf(application, mintVerifier(), { tenant: 'acme' })
      const { browser, answer } = await authorize(server, parameters)
      const again = await typePassword(server, browser, answer, 'ada@acme.example', 'wrong password')
      expect(again.status).toBe(401)
      expect(again.text).toContain('do not belong together')
      expect(again.text).toContain('value="ada@acme.example"')
      expect(again.text).not.toContain('wrong password')
      expect(await newestTrace(server)).toMatchObject({ cause: 'password_wrong', outcome: 'failure' })
      const after = await typePassword(server, browser, again, 'ada@acme.example')
      expect(after.location().searchParams.get('code')).toBeTruthy()
    })

    test('somebody who is known to two companies says which', async () => {
      await makeUser(server, 'first', 'both@people.example')
      await makeUser(server, 'second', 'both@people.example')
      const { browser, answer } = await authorize(server, requestOf(application, mintVerifier()))
      const which = await typePassword(server, browser, answer, 'both@people.example')
      expect(which.text).toContain('Which company?')
      const company = /name="company" value="([^"]+)"[^>]*><span[^>]*><span[^>]*>second</.exec(
        which.text,
      )![1]!
      const form = { i: tokenOf(which), email: 'both@people.example', company }
      const asked = await browser.post('/login', { form })
      const done = await browser.post('/login', {
        form: { ...form, i: tokenOf(asked), password: 'seven green kettles in a boat' },
      })
      expect(done.location().searchParams.get('code')).toBeTruthy()
      expect(await newestTrace(server)).toMatchObject({ tenant: 'second', outcome: 'success' })
    })
  })

  describe('a second application', () => {
    test('is entered without a page while the session lives', async () => {
      const other = await makeApplication(server, { name: 'Billing', product: 'billing' })
      const { browser } = await signInWithPassword(server, application, 'ada@acme.example')
      const silent = await authorize(server, requestOf(other, mintVerifier(), { prompt: 'none' }), browser)
      expect(silent.answer.location().searchParams.get('code')).toBeTruthy()
      const plain = await authorize(server, requestOf(other, mintVerifier()), browser)
      expect(plain.answer.location().searchParams.get('code')).toBeTruthy()
      const elsewhere = await authorize(
        server,
        requestOf(other, mintVerifier(), { prompt: 'none', tenant: 'first' }),
        browser,
      )
      expect(elsewhere.answer.location().searchParams.get('error')).toBe('login_required')
    })

    test('asks nobody without a page when nobody is signed in', async () => {
      const { answer } = await authorize(server, requestOf(application, mintVerifier(), { prompt: 'none' }))
      expect(answer.location().searchParams.get('error')).toBe('login_required')
    })
  })

  describe('through a connection', () => {
    test('a single one is gone to at once; the person keeps its subject, whatever the NameID', async () => {
      const connection = await makeConnection(server, 'globex')
      const pkce = mintVerifier()
      const signIn = async (browser = createBrowser(server.port)) => {
        const begun = await begin(server, requestOf(application, pkce, { tenant: 'globex' }), browser)
        const answer = await finish(server, begun, connection.idp)
        return { browser, code: answer.location().searchParams.get('code')! }
      }
      const { browser, code } = await signIn()
      const redeemed = await redeemAt(server, application, { code, verifier: pkce.verifier })
      const tokens = redeemed.json<Tokens>()
      const about = await userinfo(tokens.access_token)
      expect(about).toMatchObject({ tenant: 'globex', email: connection.idp.person.email })
      expect(about.sub).toMatch(/^[A-Za-z0-9_-]{43}$/)
      const silent = await authorize(
        server,
        requestOf(application, pkce, { prompt: 'none', tenant: 'globex' }),
        browser,
      )
      const second = silent.answer.location().searchParams.get('code')!
      const again = await redeemAt(server, application, { code: second, verifier: pkce.verifier })
      expect(await userinfo(again.json<Tokens>().access_token)).toEqual(about)
    })

    test('a connection addressed the Polis way always goes to the identity provider', async () => {
      const connection = await makeConnection(server, 'initech')
      const browser = createBrowser(server.port)
      const begun = await begin(
        server,
        requestOf(application, mintVerifier(), { tenant: 'initech' }),
        browser,
      )
      await finish(server, begun, connection.idp)
      const { client_id: _, ...parameters } = requestOf(application, mintVerifier(), {
        tenant: 'initech',
        product: 'crm',
      })
      const polis = await begin(server, { ...parameters, client_id: 'dummy' }, browser)
      expect(polis.request.acsUrl).toContain('/api/oauth/saml')
    })

    test('of several the person chooses on our page', async () => {
      await makeConnection(server, 'umbrella', { name: 'Okta' })
      const { createIdentityProvider } = await import('#server/testing/identity-provider.ts')
      const second = createIdentityProvider('umbrella', 'other.example')
      const made = await makeConnection(server, 'umbrella', { name: 'Entra' }, second)
      const parameters = requestOf(application, mintVerifier(), { tenant: 'umbrella' })
      const { browser, answer } = await authorize(server, parameters)
      expect(answer.text).toContain('Continue with Okta')
      expect(answer.text).toContain('Continue with Entra')
      expect(answer.text).not.toContain('type="email"')
      const form = { i: tokenOf(answer), connection: made.clientID }
      const onward = await browser.post('/login', { form })
      expect(onward.location().host).toBe('other.example')
    })

    test('the domain of the address leads to the company', async () => {
      await makeConnection(server, 'hooli')
      const management = managementClient(server)
      await management.post('/api/v1/tenants/hooli/domains', {
        json: { domain: 'hooli.example', vouched: true },
      })
      const { browser, answer } = await authorize(server, requestOf(application, mintVerifier()))
      const onward = await browser.post('/login', {
        form: { i: tokenOf(answer), email: 'gavin@hooli.example' },
      })
      expect(onward.location().searchParams.get('SAMLRequest')).toBeTruthy()
      const hinted = await authorize(
        server,
        requestOf(application, mintVerifier(), { login_hint: 'gavin@hooli.example' }),
      )
      expect(hinted.answer.location().searchParams.get('SAMLRequest')).toBeTruthy()
    })
  })

  describe('refresh tokens', () => {
    const offline = { scope: 'openid email offline_access' }

    test('rotate; ten parallel uses leave one winner; a second use ends the family', async () => {
      const signedIn = await signInWithPassword(server, application, 'ada@acme.example', offline)
      const first = (await redeemAt(server, application, signedIn)).json<Tokens>()
      const refresh = (token: string) =>
        askTokens(server, application, { grant_type: 'refresh_token', refresh_token: token })
      const second = (await refresh(first.refresh_token!)).json<Tokens>()
      expect(second.refresh_token).not.toBe(first.refresh_token)
      expect(await userinfo(second.access_token)).toMatchObject({ sub: ada.id })
      const answers = await Promise.all(Array.from({ length: 10 }, () => refresh(second.refresh_token!)))
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      const winner = answers.find(({ status }) => status === 200)!.json<Tokens>()
      expect((await refresh(winner.refresh_token!)).status).toBe(400)
      expect(await userinfo(winner.access_token)).toMatchObject({ error: 'invalid_token' })
    })

    test('end at once when the person is disabled', async () => {
      const eve = await makeUser(server, 'acme', 'eve@acme.example')
      const signedIn = await signInWithPassword(server, application, 'eve@acme.example', offline)
      const tokens = (await redeemAt(server, application, signedIn)).json<Tokens>()
      await managementClient(server).send('PATCH', `/api/v1/users/${eve.id}`, {
        json: { status: 'disabled' },
      })
      expect(await userinfo(tokens.access_token)).toMatchObject({ error: 'invalid_token' })
      const answer = await askTokens(server, application, {
        grant_type: 'refresh_token',
        refresh_token: tokens.refresh_token!,
      })
      expect(answer.json()).toMatchObject({ error: 'invalid_grant' })
    })
  })

  test('consent is asked where the application wants it, and can be refused', async () => {
    const parameters = requestOf(application, mintVerifier(), { prompt: 'consent', tenant: 'acme' })
    const { browser, answer } = await authorize(server, parameters)
    const page = await typePassword(server, browser, answer, 'ada@acme.example')
    expect(page.text).toContain('Allow CRM?')
    expect(page.text).toContain('your e-mail address')
    const denied = await browser.post('/consent', { form: { i: tokenOf(page), decision: 'deny' } })
    expect(denied.location().searchParams.get('error')).toBe('access_denied')
    const again = await authorize(server, parameters, browser)
    const allowed = await browser.post('/consent', {
      form: { i: tokenOf(again.answer), decision: 'allow' },
    })
    expect(allowed.location().searchParams.get('code')).toBeTruthy()
  })
})
