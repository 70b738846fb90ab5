import { createRemoteJWKSet, jwtVerify } from 'jose'
import { beforeAll, describe, expect, test } from 'vitest'
import { newApplicationSchema } from '#lib/applications/application-input.ts'
import { createApplication } from '#lib/applications/create-application.ts'
import { listApplications } from '#lib/applications/list-applications.ts'
import { loadApplication } from '#lib/applications/load-application.ts'
import type { Actor } from '#lib/base/actor.ts'
import { createConnection } from '#lib/connections/create-connection.ts'
import { createUser } from '#lib/directory/create-user.ts'
import { listUsers } from '#lib/directory/list-users.ts'
import { loadUser } from '#lib/directory/load-user.ts'
import { newUserSchema } from '#lib/directory/user-input.ts'
import { claimDomain } from '#lib/domains/claim-domain.ts'
import { loadDomain } from '#lib/domains/load-domain.ts'
import { createTarget } from '#lib/jwt-sso-targets/create-target.ts'
import { newTargetSchema } from '#lib/jwt-sso-targets/target-input.ts'
import { endUserSession } from '#lib/sessions/end-user-sessions.ts'
import { listUserSessions } from '#lib/sessions/list-user-sessions.ts'
import { insertOrganization } from '#lib/store/organizations.ts'
import { createTenant } from '#lib/tenants/create-tenant.ts'
import {
  askTokens,
  authorize,
  callbackUrl,
  type MadeApplication,
  mintVerifier,
  redeemAt,
  requestOf,
  type Tokens,
  tokenOf,
  typePassword,
} from './testing/application.ts'
import { basic } from './testing/applications.ts'
import { describeOnEachServer, managementClient } from './testing/describe-on-each-server.ts'
import { type Answer, type Browser, createBrowser, createClient } from './testing/http-client.ts'
import { createIdentityProvider } from './testing/identity-provider.ts'
import { type JwtConnection, signToken } from './testing/jwt-sign-in.ts'
import { authorizeParameters, begin, postAnswer } from './testing/sign-in.ts'

/** One of two organizations, which are alike: the same slugs, addresses, redirect URLs and identity provider. */
type Side = {
  host: string
  issuer: string
  actor: Actor
  application: MadeApplication
  /** An application whose access tokens are JWTs. */
  api: MadeApplication
  connection: { clientID: string }
  /** A connection to a customer's page, which both of them have, with the same audience. */
  page: JwtConnection
  ada: { id: string }
  password: string
  /** A domain that the other organization does not know. */
  domain: string
}

const email = 'ada@acme.example'
const goodbye = 'https://app.acme.example/goodbye'
const everything = { scope: 'openid email profile offline_access' }

describeOnEachServer('two organizations on two hosts never see each other', (server) => {
  const sides: Record<'first' | 'second', Side> = {} as never
  const idp = createIdentityProvider('acme')

  beforeAll(async () => {
    const { house } = server
    const host = 'second.example'
    await insertOrganization(house.db, { id: 'org_second', name: 'Second', host })
    const ownHost = new URL(server.url).host
    const { id } = await house.organizations(ownHost)
    sides.first = await furnish({ host: ownHost, organizationId: id, password: 'of the first, long enough' })
    sides.second = await furnish({ host, organizationId: 'org_second', password: 'of the second, as long' })
  })

  async function furnish(given: { host: string; organizationId: string; password: string }): Promise<Side> {
    const { house } = server
    const { host, organizationId, password } = given
    const actor: Actor = {
      type: 'system',
      id: 'test',
      name: 'Test',
      role: 'owner',
      organizationId,
      address: '',
      requestId: '',
    }
    const make = (more: Record<string, unknown>) => {
      const settings = { name: 'CRM', product: 'crm', type: 'confidential', redirectUrls: [callbackUrl] }
      const input = { ...settings, postLogoutRedirectUrls: [goodbye], ...more }
      return createApplication(house, actor, newApplicationSchema.parse(input)) as Promise<MadeApplication>
    }
    for (const slug of ['acme', 'globex']) await createTenant(house, actor, { slug, name: slug })
    const person = { tenant: 'acme', email, password }
    const domain = `${organizationId.replaceAll(/[^a-z]/g, '')}.example`
    await claimDomain(house, actor, { tenant: 'globex', domain, vouched: true })
    return {
      host,
      issuer: `http://${host}`,
      actor,
      application: await make({}),
      api: await make({ accessTokenFormat: 'jwt' }),
      ada: await createUser(house, actor, newUserSchema.parse(person)),
      connection: await createConnection(house, actor, {
        kind: 'saml',
        tenant: 'globex',
        product: 'crm',
        metadata: { xml: idp.metadata() },
        fields: { defaultRedirectUrl: callbackUrl, redirectUrls: [callbackUrl] },
      }),
      page: (await createConnection(house, actor, {
        kind: 'jwt',
        tenant: 'globex',
        product: 'surveys',
        page: { ssoUrl: 'https://globex.example/sso', audience: 'www.vendor.example' },
        fields: { defaultRedirectUrl: callbackUrl, redirectUrls: [callbackUrl], allowUnsolicited: true },
      })) as JwtConnection,
      password,
      domain,
    }
  }

  const client = ({ host }: Side) => createClient(server.port, { host })
  const open = ({ host }: Side) => createBrowser(server.port, { host })

  /** A browser that is somewhere else, with everything the browser `from` holds: what a cookie of the domain would do. */
  function carry(from: Browser, to: Side): Browser {
    const browser = open(to)
    for (const [name, value] of from.cookies) browser.cookies.set(name, value)
    return browser
  }

  const signIn = async (side: Side, more: Record<string, string> = {}, application = side.application) => {
    const { browser, answer } = await authorize(
      server,
      requestOf(application, pkce, { tenant: 'acme', ...more }),
      open(side),
    )
    const done = await typePassword(server, browser, answer, email, side.password)
    const code = done.location().searchParams.get('code')!
    expect(code, done.text).toBeTruthy()
    return { browser, code, verifier: pkce.verifier, answer: done }
  }
  const pkce = mintVerifier()

  async function obtainTokens(side: Side, application = side.application) {
    const { browser, ...redeemable } = await signIn(side, everything, application)
    const answer = await redeemAt(server, application, redeemable, { host: side.host })
    expect(answer.status, answer.text).toBe(200)
    return { browser, tokens: answer.json<Required<Tokens>>() }
  }

  const silently = async (side: Side, browser: Browser) =>
    (
      await authorize(server, requestOf(side.application, pkce, { prompt: 'none' }), browser)
    ).answer.location().searchParams
  const userinfo = (side: Side, token: string) =>
    client(side).get('/api/oauth/userinfo', { headers: { authorization: `Bearer ${token}` } })
  const post = (side: Side, path: string, application: MadeApplication, form: Record<string, string>) =>
    client(side).post(path, { form, headers: basic(application) })
  const refresh = (side: Side, application: MadeApplication, refresh_token: string) =>
    askTokens(server, application, { grant_type: 'refresh_token', refresh_token }, { host: side.host })
  const errorOf = (answer: Answer) => [answer.status, answer.json().error]

  test('keys: neither signs what the other does', async () => {
    const keysOf = async (side: Side) =>
      (await client(side).get('/api/oauth/jwks')).json<{ keys: { kid: string; n: string }[] }>().keys
    const [ours, theirs] = [await keysOf(sides.first), await keysOf(sides.second)]
    expect(ours.length).toBeGreaterThan(0)
    expect(theirs.length).toBeGreaterThan(0)
    for (const { kid, n } of ours) {
      expect(theirs.map((key) => key.kid)).not.toContain(kid)
      expect(theirs.map((key) => key.n)).not.toContain(n)
    }
    const { tokens } = await obtainTokens(sides.second)
    const wrong = createRemoteJWKSet(new URL(`${server.url}/api/oauth/jwks`))
    await expect(jwtVerify(tokens.id_token, wrong)).rejects.toMatchObject({
      code: 'ERR_JWKS_NO_MATCHING_KEY',
    })
  })

  describe.each([
    ['first', 'second'],
    ['second', 'first'],
  ] as const)('what is of the %s, at the host of the %s', (homeName, awayName) => {
    const home = () => sides[homeName]
    const away = () => sides[awayName]

    test('an application is no client: a page, and no redirect', async () => {
      const { answer } = await authorize(server, requestOf(home().application, pkce), open(away()))
      expect([answer.status, answer.headers.location]).toEqual([400, undefined])
      const asking: [string, Record<string, string>][] = [
        ['/api/oauth/par', requestOf(home().application, pkce)],
        ['/api/oauth/token', { grant_type: 'client_credentials' }],
        ['/api/oauth/introspect', { token: 'x' }],
        ['/api/oauth/revoke', { token: 'x' }],
      ]
      for (const [path, form] of asking)
        expect(errorOf(await post(away(), path, home().application, form)), path).toEqual([
          401,
          'invalid_client',
        ])
      for (const [path, form] of asking)
        expect((await post(home(), path, home().application, form)).status, path).toBeLessThan(202)
    })

    test('a code is worth nothing, and is none the worse for it', async () => {
      const redeemable = await signIn(home())
      const at = { host: away().host }
      const asItself = await redeemAt(server, home().application, redeemable, at)
      expect(errorOf(asItself)).toEqual([401, 'invalid_client'])
      const asTheirs = await redeemAt(server, away().application, redeemable, at)
      expect(errorOf(asTheirs)).toEqual([400, 'invalid_grant'])
      const back = await redeemAt(server, home().application, redeemable, { host: home().host })
      expect(back.status).toBe(200)
      const { id_token } = back.json<Required<Tokens>>()
      const claims = JSON.parse(Buffer.from(id_token.split('.')[1]!, 'base64url').toString())
      expect(claims).toMatchObject({
        iss: home().issuer,
        aud: home().application.clientId,
        sub: home().ada.id,
      })
    })

    test('a refresh token is worth nothing, and its family lives on', async () => {
      const { tokens } = await obtainTokens(home())
      const asItself = await refresh(away(), home().application, tokens.refresh_token)
      expect(errorOf(asItself)).toEqual([401, 'invalid_client'])
      const asTheirs = await refresh(away(), away().application, tokens.refresh_token)
      expect(errorOf(asTheirs)).toEqual([400, 'invalid_grant'])
      expect((await refresh(home(), home().application, tokens.refresh_token)).status).toBe(200)
    })

    test.each(['application', 'api'] as const)(
      'an access token says nothing and stays (%s)',
      async (which) => {
        const { tokens } = await obtainTokens(home(), home()[which])
        for (const token of [tokens.access_token, tokens.refresh_token]) {
          expect((await userinfo(away(), token)).status).toBe(401)
          const told = await post(away(), '/api/oauth/introspect', away().application, { token })
          expect([told.status, told.json()]).toEqual([200, { active: false }])
          expect((await post(away(), '/api/oauth/revoke', away().application, { token })).status).toBe(200)
          const known = await post(home(), '/api/oauth/introspect', home()[which], { token })
          expect(known.json()).toMatchObject({ active: true, iss: home().issuer })
        }
        expect((await userinfo(home(), tokens.access_token)).json()).toMatchObject({ sub: home().ada.id })
      },
    )

    test('the management key of the first tells nothing of its tokens at the second', async () => {
      const { tokens } = await obtainTokens(home())
      const form = { token: tokens.access_token }
      const headers = { authorization: `Api-Key ${server.apiKey}` }
      const answers = await Promise.all(
        [home(), away()].map((side) => client(side).post('/api/oauth/introspect', { form, headers })),
      )
      const active = answers.filter(({ status, text }) => status === 200 && JSON.parse(text).active)
      expect(active).toHaveLength(homeName === 'first' ? 1 : 0)
    })

    test('a session’s cookie signs nobody in, and nobody out', async () => {
      const { browser, answer } = await signIn(home())
      for (const line of answer.headers['set-cookie'] ?? []) expect(line).not.toMatch(/;\s*domain=/i)
      const elsewhere = carry(browser, away())
      expect((await silently(away(), elsewhere)).get('error')).toBe('login_required')
      expect((await elsewhere.get('/login')).text).not.toContain(email)
      const question = await browser.get('/api/oauth/logout')
      const confirmation = /name="confirmation" value="([^"]+)"/.exec(question.text)![1]!
      await elsewhere.post('/api/oauth/logout', { form: { confirmation, answer: 'leave' } })
      expect((await silently(home(), browser)).get('code')).toBeTruthy()
    })

    test('an ID token is no hint: not at authorize, not at logout', async () => {
      const { browser, tokens } = await obtainTokens(home())
      const hinted = requestOf(away().application, pkce, { id_token_hint: tokens.id_token })
      const { answer } = await authorize(server, hinted, carry(browser, away()))
      expect(answer.location().searchParams.get('error')).toBe('invalid_request')
      const addressed = { post_logout_redirect_uri: goodbye, state: 'state-1' }
      const { clientId } = home().application
      const namings: Record<string, string>[] = [{ id_token_hint: tokens.id_token }, { client_id: clientId }]
      for (const naming of namings) {
        const query = new URLSearchParams({ ...addressed, ...naming })
        const refused = await carry(browser, away()).get(`/api/oauth/logout?${query}`)
        expect([refused.status, refused.headers.location]).toEqual([400, undefined])
      }
      expect((await silently(home(), browser)).get('code')).toBeTruthy()
      const query = new URLSearchParams({ ...addressed, id_token_hint: tokens.id_token })
      const left = await browser.get(`/api/oauth/logout?${query}`)
      expect(left.location().href).toBe(`${goodbye}?state=state-1`)
      expect((await silently(home(), browser)).get('error')).toBe('login_required')
    })

    test('a pushed request is no reference, and waits for its own', async () => {
      const pushed = await post(
        home(),
        '/api/oauth/par',
        home().application,
        requestOf(home().application, pkce),
      )
      const { request_uri } = pushed.json<{ request_uri: string }>()
      for (const { clientId } of [home().application, away().application]) {
        const { answer } = await authorize(server, { client_id: clientId, request_uri }, open(away()))
        expect([answer.status, answer.headers.location]).toEqual([400, undefined])
      }
      const own = { client_id: home().application.clientId, request_uri }
      expect((await authorize(server, own, open(home()))).answer.status).toBe(200)
    })

    test('a sign-in that waits at our page goes on nowhere else', async () => {
      const { browser, answer } = await authorize(server, requestOf(home().application, pkce), open(home()))
      const i = tokenOf(answer)
      const elsewhere = carry(browser, away())
      const tries = [
        elsewhere.get(`/login?i=${i}`),
        elsewhere.post('/login', { form: { i, email, password: home().password } }),
        elsewhere.post('/login', { form: { i, email, password: away().password } }),
        elsewhere.post('/login', { form: { i, connection: away().connection.clientID } }),
        elsewhere.get(`/consent?i=${i}`),
        elsewhere.post('/consent', { form: { i, decision: 'allow' } }),
      ]
      for (const { status, headers } of await Promise.all(tries))
        expect([status, headers.location, headers['set-cookie']]).toEqual([400, undefined, undefined])
      const done = await typePassword(server, browser, answer, email, home().password)
      expect(done.location().searchParams.get('code')).toBeTruthy()
    })

    test('consent that waits is given nowhere else', async () => {
      const { browser, answer } = await authorize(
        server,
        requestOf(home().application, pkce, { prompt: 'consent' }),
        open(home()),
      )
      const page = await typePassword(server, browser, answer, email, home().password)
      const form = { i: tokenOf(page), decision: 'allow' }
      const refused = await carry(browser, away()).post('/consent', { form })
      expect([refused.status, refused.headers.location]).toEqual([400, undefined])
      const allowed = await browser.post('/consent', { form })
      expect(allowed.location().searchParams.get('iss')).toBe(home().issuer)
    })

    test.each<Record<string, string>>([{ tenant: 'acme' }, {}])(
      'a person’s password opens nothing (asked for: %j)',
      async (named) => {
        const { browser, answer } = await authorize(
          server,
          requestOf(away().application, pkce, named),
          open(away()),
        )
        const refused = await typePassword(server, browser, answer, email, home().password)
        expect(refused.status).toBe(401)
        const done = await typePassword(server, browser, answer, email, away().password)
        expect(done.location().searchParams.get('code')).toBeTruthy()
      },
    )

    test('a connection is no way in', async () => {
      const { clientID } = home().connection
      const hinted = (side: Side) =>
        authorize(server, requestOf(side.application, pkce, { idp_hint: clientID }), open(side))
      const { answer } = await hinted(away())
      expect(answer.location().searchParams.get('error')).toBe('invalid_request')
      expect((await hinted(home())).answer.location().searchParams.has('SAMLRequest')).toBe(true)
      const page = await authorize(server, requestOf(away().application, pkce), open(away()))
      const form = { i: tokenOf(page.answer), connection: clientID }
      expect((await page.browser.post('/login', { form })).status).toBe(400)
    })

    test('an answer of the identity provider both of them have is no sign-in', async () => {
      const request = requestOf(home().application, pkce, { tenant: 'globex' })
      const begun = await begin(server, request, open(home()))
      const response = idp.answer(begun.request, server.clock.now())
      const refused = await postAnswer(begun, response, carry(begun.browser, away()))
      expect([refused.status, refused.headers.location]).toEqual([400, undefined])
      const back = (await postAnswer(begun, response)).location()
      expect(back.searchParams.get('code')).toBeTruthy()
      expect(back.searchParams.get('iss')).toBe(home().issuer)
      const { browser } = begun
      expect((await silently(away(), carry(browser, away()))).get('error')).toBe('login_required')
    })

    test('an assertion for one is refused in a sign-in of the other', async () => {
      const [here, there] = await Promise.all(
        [home(), away()].map((side) =>
          begin(server, requestOf(side.application, pkce, { tenant: 'globex' }), open(side)),
        ),
      )
      const response = idp.answer(here!.request, server.clock.now())
      const refused = (await postAnswer(there!, response)).location()
      expect(refused.searchParams.get('error')).toBe('access_denied')
    })

    test('a token of a customer’s page is no sign-in, in answer to a request or without one', async () => {
      const token = signToken(server, home().page)
      const asked = new URLSearchParams(authorizeParameters({ tenant: 'globex', product: 'surveys' }))
      asked.set('redirect_uri', callbackUrl)
      const browser = open(home())
      const begun = (await browser.get(`/api/oauth/authorize?${asked}`)).location()
      const path = begun.searchParams.get('return_to_path')!
      const isRefused = (answer: Answer) => answer.location().pathname === '/i/refused'
      expect(isRefused(await carry(browser, away()).get(`/${path}?sso_jwt=${token}`))).toBe(true)
      for (const { clientID } of [home().page, away().page])
        expect(isRefused(await open(away()).get(`/i/${clientID}?sso_jwt=${token}`))).toBe(true)
      expect((await browser.get(`/${path}?sso_jwt=${token}`)).location().searchParams.has('code')).toBe(true)
    })

    test('a product that takes JWT SSO gets nobody, whoever is signed in here', async () => {
      const settings = {
        name: `Surveys of ${homeName}`,
        baseUrl: 'https://app.surveys.example',
        audience: 'a',
      }
      const input = { ...newTargetSchema.parse(settings), issuer: home().issuer }
      const { clientId } = await createTarget(server.house, home().actor, input)
      const path = `/api/jwt-sso/${clientId}?return_to_path=i%2F1`
      const { browser } = await signIn(away())
      const elsewhere = await browser.get(path)
      expect([elsewhere.status, elsewhere.headers.location]).toEqual([404, undefined])
      const here = await (await signIn(home())).browser.get(path)
      expect(here.headers.location).toContain('https://app.surveys.example/i/1?sso_jwt=')
    })

    test('a domain leads nowhere', async () => {
      const address = `somebody@${home().domain}`
      const ask = async (side: Side) =>
        (await client(side).get(`/api/v1/discovery?${new URLSearchParams({ email: address })}`)).json()
      expect(await ask(away())).toMatchObject({ tenant: null, parameters: {} })
      expect(await ask(home())).toMatchObject({ tenant: 'globex', parameters: { tenant: 'globex' } })
      const hinted = (side: Side) =>
        authorize(server, requestOf(side.application, pkce, { login_hint: address }), open(side))
      expect((await hinted(away())).answer.status).toBe(200)
      expect((await hinted(home())).answer.location().searchParams.has('SAMLRequest')).toBe(true)
    })

    test('applications, users, domains and sessions are not there for its admins', async () => {
      const { house } = server
      const [of, by] = [home(), away().actor]
      await signIn(of)
      const { data: sessions } = await listUserSessions(house, of.actor, {})
      expect(sessions.length).toBeGreaterThan(0)
      const session = sessions[0]!.id
      const notThere = { code: 'not_found' }
      await expect(loadApplication(house, by, { application: of.application.id })).rejects.toMatchObject(
        notThere,
      )
      await expect(loadUser(house, by, { user: of.ada.id })).rejects.toMatchObject(notThere)
      await expect(loadDomain(house, by, { tenant: 'globex', domain: of.domain })).rejects.toMatchObject(
        notThere,
      )
      await expect(endUserSession(house, by, { id: session })).rejects.toMatchObject(notThere)
      const idsOf = async (list: Promise<{ data: { id: string }[] }>) => (await list).data.map(({ id }) => id)
      expect(await idsOf(listApplications(house, by, {}))).not.toContain(of.application.id)
      expect(await idsOf(listUsers(house, by, {}))).not.toContain(of.ada.id)
      expect(await idsOf(listUserSessions(house, by, {}))).not.toContain(session)
      expect(await idsOf(listUserSessions(house, of.actor, {}))).toContain(session)
    })
  })

  test('the management key of the first finds nothing of the second, by any path', async () => {
    const { application, ada, domain } = sides.second
    await signIn(sides.second)
    const [session] = (await listUserSessions(server.house, sides.second.actor, {})).data
    const paths: [string, string][] = [
      ['GET', `/api/v1/applications/${application.id}`],
      ['GET', `/api/v1/applications/${application.clientId}`],
      ['GET', `/api/v1/applications/${application.id}/secrets`],
      ['POST', `/api/v1/applications/${application.id}/secrets`],
      ['DELETE', `/api/v1/applications/${application.id}`],
      ['GET', `/api/v1/users/${ada.id}`],
      ['DELETE', `/api/v1/users/${ada.id}`],
      ['DELETE', `/api/v1/sessions/${session!.id}`],
      ['POST', `/api/v1/tenants/globex/domains/${domain}/verify`],
      ['DELETE', `/api/v1/tenants/globex/domains/${domain}`],
    ]
    for (const [method, path] of paths) {
      const answer = await managementClient(server).send(method, path)
      expect(answer.status, `${method} ${path}: ${answer.text}`).toBe(404)
    }
  })
})
