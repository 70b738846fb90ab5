import { decodeJwt, type JWTPayload, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { epochSeconds } from '#lib/base/clock.ts'
import { furnishApplication, furnishGrant, furnishSession, furnishTenant } from '#lib/testing/signed-in.ts'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { type Answer, type Browser, createBrowser } from '#server/testing/http-client.ts'
import { type LogoutReceiver, startLogoutReceiver } from '#server/testing/logout-receiver.ts'

const path = '/api/oauth/logout'
const back = 'https://mail.acme.example/bye?from=logout'

describeOnEachServer('RP-initiated logout', (server) => {
  let organizationId: string
  let acme: Awaited<ReturnType<typeof furnishTenant>>
  let receiver: LogoutReceiver
  const apps: Record<string, string> = {}

  beforeAll(async () => {
    const { house } = server
    receiver = await startLogoutReceiver()
    organizationId = (await house.db.organization.findFirstOrThrow()).id
    acme = await furnishTenant(house, organizationId, 'acme')
    const given = { organizationId, productId: acme.productId, backchannelLogoutUrl: receiver.url }
    apps.mail = await furnishApplication(house, {
      ...given,
      clientId: 'mail',
      postLogoutRedirectUrls: [back],
    })
    apps.wiki = await furnishApplication(house, { ...given, clientId: 'wiki' })
  })
  afterAll(() => receiver.close())

  type Person = { id: string; browser: Browser; offlineGrant: string; onlineGrant: string }

  /** Somebody signed in to both applications, in a browser of their own. */
  async function signedIn(subject = 'subject-of-ada'): Promise<Person> {
    const { house } = server
    const { id, cookie } = await furnishSession(house, { organizationId, tenantId: acme.tenantId, subject })
    const grant = (clientId: string, scope: string) =>
      furnishGrant(house, {
        organizationId,
        sessionId: id,
        clientId,
        applicationId: apps[clientId]!,
        scope,
        subject,
      })
    const offline = await grant('mail', 'openid offline_access')
    const online = await grant('wiki', 'openid')
    const browser = createBrowser(server.port)
    browser.cookies.set('vestibule-session', cookie)
    return { id, browser, offlineGrant: offline.id, onlineGrant: online.id }
  }

  async function idToken(claims: JWTPayload, header: Record<string, unknown> = {}): Promise<string> {
    const [key] = await server.house.keys.load(organizationId, 'id-token')
    const now = epochSeconds(server.clock.now())
    return new SignJWT({
      iss: server.url,
      aud: 'mail',
      sub: 'subject-of-ada',
      iat: now,
      exp: now + 300,
      ...claims,
    })
      .setProtectedHeader({ alg: 'RS256', kid: key!.id, typ: 'JWT', ...header })
      .sign(key!.privateKey)
  }
  const isOver = async (id: string) =>
    (await server.house.db.session.findUniqueOrThrow({ where: { id } })).revokedAt !== null
  const isRevoked = async (id: string) =>
    (await server.house.db.grant.findUniqueOrThrow({ where: { id } })).revokedAt !== null
  const logout = (browser: Browser, parameters: Record<string, string>) =>
    browser.get(`${path}?${new URLSearchParams(parameters)}`)
  const isQuestion = (answer: Answer) =>
    answer.status === 200 && answer.text.includes('Do you want to sign out of My organization?')
  const isSignedOut = (answer: Answer) => answer.status === 200 && answer.text.includes('You are signed out')
  const isRefusal = (answer: Answer) =>
    answer.status === 400 &&
    answer.headers.location === undefined &&
    answer.text.includes('Sign-out did not work')
  /** What the page's own form would send with one of its buttons. */
  const formOf = (answer: Answer, button: string) => {
    const inputs = answer.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)
    const fields = Array.from(inputs, ([, name, value]) => [name!, value!.replaceAll('&amp;', '&')])
    return { ...Object.fromEntries(fields), answer: button } as Record<string, string>
  }

  describe('with an ID token of the session', () => {
    test('ends it without a question and goes back with the state', async () => {
      const { id, browser, offlineGrant, onlineGrant } = await signedIn()
      const answer = await logout(browser, {
        id_token_hint: await idToken({ sid: id }),
        post_logout_redirect_uri: back,
        state: 'a b&c=ü',
        ui_locales: 'de',
        logout_hint: 'ada@acme.example',
      })
      expect(answer.status).toBe(303)
      expect(answer.headers.location).toBe(`${back}&state=a+b%26c%3D%C3%BC`)
      expect(browser.cookies.has('vestibule-session')).toBe(false)
      expect(await isOver(id)).toBe(true)
      expect(await isRevoked(onlineGrant)).toBe(true)
      expect(await isRevoked(offlineGrant)).toBe(false)
    })

    test('tells every application of the session, at once and beside the answer', async () => {
      const { id, browser } = await signedIn()
      await logout(browser, { id_token_hint: await idToken({ sid: id }) })
      // Other sessions' notices may still be on their way here.
      const told = () => receiver.received.filter(({ logoutToken }) => decodeJwt(logoutToken).sid === id)
      await expect.poll(() => told().length, { timeout: 5000 }).toBe(2)
      await expect
        .poll(() => server.house.db.logoutNotice.count({ where: { sessionId: id, deliveredAt: null } }))
        .toBe(0)
    })

    test('is posted by the application’s own page, which keeps our cookie away', async () => {
      const { id, browser } = await signedIn()
      const parameters = {
        id_token_hint: await idToken({ sid: id }),
        post_logout_redirect_uri: back,
        state: '1',
      }
      const crossSite = createBrowser(server.port)
      const again = await crossSite.post(path, { form: parameters })
      expect(again.status).toBe(303)
      expect(await isOver(id)).toBe(false)
      const { pathname, search } = again.location()
      expect(pathname).toBe(path)
      const answer = await browser.get(pathname + search)
      expect(answer.headers.location).toBe(`${back}&state=1`)
      expect(await isOver(id)).toBe(true)
    })

    test('that has expired says as well who it was', async () => {
      const { id, browser } = await signedIn()
      const issuedAt = epochSeconds(server.clock.now()) - 30 * 86_400
      await logout(browser, { id_token_hint: await idToken({ sid: id, iat: issuedAt, exp: issuedAt + 300 }) })
      expect(await isOver(id)).toBe(true)
    })

    test('without sid, of an application that was told none', async () => {
      const { id, browser } = await signedIn()
      expect(isSignedOut(await logout(browser, { id_token_hint: await idToken({}) }))).toBe(true)
      expect(await isOver(id)).toBe(true)
    })

    test('of somebody else asks first', async () => {
      const { id, browser } = await signedIn()
      const other = await signedIn('subject-of-eve')
      const hint = await idToken({ sid: other.id, sub: 'subject-of-eve' })
      expect(isQuestion(await logout(browser, { id_token_hint: hint, post_logout_redirect_uri: back }))).toBe(
        true,
      )
      expect([await isOver(id), await isOver(other.id)]).toEqual([false, false])
    })

    test('goes back also when nobody is signed in', async () => {
      const answer = await logout(createBrowser(server.port), {
        id_token_hint: await idToken({ sid: 'sid_gone' }),
        post_logout_redirect_uri: back,
      })
      expect(answer.headers.location).toBe(back)
    })

    test('does not reach into another browser', async () => {
      const { id } = await signedIn()
      await logout(createBrowser(server.port), { id_token_hint: await idToken({ sid: id }) })
      expect(await isOver(id)).toBe(false)
    })
  })

  describe('without one', () => {
    test('asks, and ends the session when the person says so', async () => {
      const { id, browser } = await signedIn()
      const question = await logout(browser, {
        client_id: 'mail',
        post_logout_redirect_uri: back,
        state: '<2>',
      })
      expect(isQuestion(question)).toBe(true)
      expect(question.text).toContain('ada@acme.example')
      expect(question.headers['content-security-policy']).toMatch(/form-action 'self' https: http:$/)
      expect(question.headers['cache-control']).toBe('no-store')
      expect(await isOver(id)).toBe(false)
      const answer = await browser.post(path, { form: { ...formOf(question, 'leave'), state: '<2>' } })
      expect(answer.headers.location).toBe(`${back}&state=%3C2%3E`)
      expect(await isOver(id)).toBe(true)
    })

    test('leaves everything as it was when the person says so', async () => {
      const { id, browser } = await signedIn()
      const question = await logout(browser, {})
      const answer = await browser.post(path, { form: formOf(question, 'stay') })
      expect(answer.text).toContain('You are still signed in')
      expect(await isOver(id)).toBe(false)
      expect(browser.cookies.has('vestibule-session')).toBe(true)
    })

    test('needs no question when nobody is signed in', async () => {
      const browser = createBrowser(server.port)
      expect(isSignedOut(await logout(browser, {}))).toBe(true)
      expect(isSignedOut(await logout(browser, { state: 'alone' }))).toBe(true)
      const answer = await logout(browser, { client_id: 'mail', post_logout_redirect_uri: back })
      expect(answer.headers.location).toBe(back)
    })

    test('an answer after the session has ended finds it signed out', async () => {
      const { id, browser } = await signedIn()
      const form = formOf(await logout(browser, {}), 'leave')
      expect(isSignedOut(await browser.post(path, { form }))).toBe(true)
      expect(isSignedOut(await browser.post(path, { form }))).toBe(true)
      expect(await server.house.db.logoutNotice.count({ where: { sessionId: id } })).toBe(2)
    })
  })

  test('two logouts of a session at once tell each application once', async () => {
    const { id, browser } = await signedIn()
    const hint = await idToken({ sid: id })
    const cookie = `vestibule-session=${browser.cookies.get('vestibule-session')}`
    const tabs = Array.from({ length: 10 }, () => createBrowser(server.port, { cookie }))
    const answers = await Promise.all(tabs.map((tab) => logout(tab, { id_token_hint: hint })))
    expect(answers.every(isSignedOut)).toBe(true)
    expect(await server.house.db.logoutNotice.count({ where: { sessionId: id } })).toBe(2)
  })

  describe('of a connection that is its own client', () => {
    const clientId = () => `client-acme-${organizationId}`

    test.each([
      ['its clientID', () => clientId()],
      ['tenant and product', () => 'tenant=acme&product=crm'],
    ])(
      'by %s: back to its redirect URLs, and its session ends though no browser holds it',
      async (_, aud) => {
        const { house } = server
        const { id } = await furnishSession(house, { organizationId, tenantId: acme.tenantId })
        await house.db.session.update({ where: { id }, data: { cookieHash: null } })
        const answer = await logout(createBrowser(server.port), {
          id_token_hint: await idToken({ aud: aud(), sid: id }),
          post_logout_redirect_uri: 'https://app.acme.example/bye',
        })
        expect(answer.headers.location).toBe('https://app.acme.example/bye')
        expect(await isOver(id)).toBe(true)
      },
    )

    test('by the session, where its ID token names nobody', async () => {
      const { house } = server
      const { tenantId, connectionId } = acme
      const { id } = await furnishSession(house, { organizationId, tenantId, connectionId })
      const ask = async (url: string) =>
        logout(createBrowser(server.port), {
          id_token_hint: await idToken({ aud: 'dummy', sid: id }),
          post_logout_redirect_uri: url,
        })
      expect((await ask('https://app.acme.example/bye')).headers.location).toBe(
        'https://app.acme.example/bye',
      )
      expect(isRefusal(await ask('https://evil.example/bye'))).toBe(true)
    })
  })

  describe('refuses, with a page and no redirect,', () => {
    test.each<[string, () => Promise<Record<string, string>>]>([
      [
        'an address that is not registered',
        async () => ({ client_id: 'mail', post_logout_redirect_uri: `${back}/` }),
      ],
      [
        'an address with something added',
        async () => ({ client_id: 'mail', post_logout_redirect_uri: `${back}&x=1` }),
      ],
      [
        'a redirect URL, which is for other answers',
        async () => ({
          client_id: 'mail',
          post_logout_redirect_uri: 'https://app.acme.example/cb',
        }),
      ],
      [
        'an address of another application',
        async () => ({ client_id: 'wiki', post_logout_redirect_uri: back }),
      ],
      ['an address without saying who asks', async () => ({ post_logout_redirect_uri: back })],
      ['a client that is not there', async () => ({ client_id: 'nobody', post_logout_redirect_uri: back })],
      [
        'an ID token of another client',
        async () => ({ client_id: 'wiki', id_token_hint: await idToken({}) }),
      ],
      ['a parameter that comes twice', async () => ({ client_id: 'mail', 'state=1&state': '2' })],
      ['a token that is none', async () => ({ id_token_hint: 'a.b.c', post_logout_redirect_uri: back })],
      ['more than fits into an address', async () => ({ state: 'x'.repeat(12_001) })],
    ])('%s', async (_, parameters) => {
      const { id, browser } = await signedIn()
      const query = new URLSearchParams(await parameters())
        .toString()
        .replace('state%3D1%26state=2', 'state=1&state=2')
      const answer = await browser.get(`${path}?${query}`)
      expect(isRefusal(answer)).toBe(true)
      expect(answer.headers['set-cookie']).toBeUndefined()
      expect(await isOver(id)).toBe(false)
    })
  })
})
