import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { furnishApplication, furnishGrant, furnishSession } from '#lib/testing/signed-in.ts'
import { describeOnEachServer, managementClient } from '../testing/describe-on-each-server.ts'
import { createClient } from '../testing/http-client.ts'
import type { Application } from '../testing/samlify-provider.ts'
import { authorizeParameters, newestTrace, redeem } from '../testing/sign-in.ts'
import { type SamlifyIdp, startSamlifyIdp } from '../testing/start-samlify-idp.ts'
import { openWebBrowser, type Visit, type WebBrowser } from '../testing/web-browser.ts'

const nameId = 'site.engineer@globex.example'

describeOnEachServer(
  'single logout and sign-ins that begin there, with samlify as the identity provider',
  (server) => {
    const address = { tenant: 'globex', product: 'crm' }
    let idp: SamlifyIdp
    let callback: string
    let afterwards: string
    let connectionId: string

    beforeAll(async () => {
      idp = await startSamlifyIdp()
      callback = `${server.url}/application`
      afterwards = `${server.url}/application/bye?from=crm`
    })
    afterAll(() => idp.stop())
    beforeEach(() => server.house.db.session.deleteMany())

    /** Both admins enter what the other side says of itself; the identity provider reads our metadata. */
    async function setUp(logoutBindings?: Application['logoutBindings'], singleLogout = true) {
      const { text: metadata } = await createClient(server.port).get('/.well-known/sp-metadata')
      const acsUrl = `${server.url}/api/oauth/saml`
      const entityId = /entityID="([^"]+)"/.exec(metadata)![1]!
      await idp.configure({ entityId, acsUrl, logoutBindings, ...(singleLogout && { metadata }) })
      const made = await managementClient(server).post('/api/v1/connections', {
        json: {
          ...address,
          rawMetadata: await idp.metadata(),
          defaultRedirectUrl: callback,
          redirectUrl: [callback, `${server.url}/application/*`],
        },
      })
      expect(made.status, made.text).toBe(200)
      const { clientID } = made.json<{ clientID: string }>()
      connectionId = (await server.house.db.connection.findUniqueOrThrow({ where: { clientId: clientID } }))
        .id
    }

    /** A sign-in through the identity provider; returns the session it leaves here. */
    async function signIn(browser: WebBrowser): Promise<string> {
      await arrive(browser)
      const [session] = await server.house.db.session.findMany({ orderBy: { id: 'desc' }, take: 1 })
      expect(session).toMatchObject({ connectionId, upstreamSubject: nameId, cookieHash: null })
      return session!.id
    }

    async function arrive(browser: WebBrowser): Promise<void> {
      const query = new URLSearchParams(authorizeParameters(address, { redirect_uri: callback }))
      const login = await browser.get(`${server.url}/api/oauth/authorize?${query}`)
      const answered = await browser.submit(login, { user: 'site.engineer' })
      const back = await browser.submit(answered)
      expect(back.url.searchParams.get('code'), (await newestTrace(server)).sentence).toBeTruthy()
    }

    /** A session of the same person in another browser. */
    async function furnish(sessionIndex: string): Promise<string> {
      const { tenantId } = await server.house.db.connection.findUniqueOrThrow({ where: { id: connectionId } })
      const parts = { db: server.house.db, clock: server.clock }
      const { organizationId } = await server.house.db.tenant.findUniqueOrThrow({ where: { id: tenantId } })
      const { id } = await furnishSession(parts, {
        organizationId,
        tenantId,
        connectionId,
        upstreamSubject: nameId,
        upstream: { sessionIndex },
      })
      return id
    }

    const isOver = async (id: string) =>
      (await server.house.db.session.findUniqueOrThrow({ where: { id } })).revokedAt !== null

    const signOut = (browser: WebBrowser, more: Record<string, string> = {}) =>
      browser.get(
        `${server.url}/api/logout?${new URLSearchParams({ nameId, ...address, redirectUrl: afterwards, ...more })}`,
      )

    function expectOurAnswer(page: Visit, status: string) {
      expect(page.text, page.text).toContain('Signed out of Globex')
      expect(page.text).toContain(`urn:oasis:names:tc:SAML:2.0:status:${status}`)
    }

    test('begun at the application, by redirect in both ways', async () => {
      await setUp(['redirect'])
      const browser = openWebBrowser()
      const session = await signIn(browser)
      const end = await signOut(browser)
      expect(end.url.href).toBe(afterwards)
      expect(await isOver(session)).toBe(true)
      expect(await newestTrace(server)).toMatchObject({
        outcome: 'success',
        purpose: 'sign-out',
        sentence: `${nameId} was signed out, here and at 127.0.0.1.`,
        tenant: 'globex',
      })
    })

    test('begun at the application, by POST in both ways', async () => {
      await setUp(['post'])
      const browser = openWebBrowser()
      const session = await signIn(browser)
      const ours = await signOut(browser)
      expect(ours.text).toContain('Signing you out')
      expect(await isOver(session)).toBe(false)
      const theirs = await browser.submit(ours)
      const end = await browser.submit(theirs)
      expect(end.url.href).toBe(afterwards)
      expect(await isOver(session)).toBe(true)
    })

    test('begun at the application, asked by redirect and answered by POST', async () => {
      await setUp(['post', 'redirect'])
      const browser = openWebBrowser()
      const session = await signIn(browser)
      const end = await browser.submit(await signOut(browser))
      expect(end.url.href).toBe(afterwards)
      expect(await isOver(session)).toBe(true)
    })

    test('without a way back it ends on a page of ours', async () => {
      await setUp(['redirect'])
      const browser = openWebBrowser()
      await signIn(browser)
      const end = await signOut(browser, { redirectUrl: '' })
      expect(end.status).toBe(200)
      expect(end.text).toContain('You are signed out')
    })

    test('at the connection’s own address', async () => {
      const { text: metadata } = await createClient(server.port).get('/.well-known/sp-metadata')
      await setUp(['redirect'])
      const { clientId } = await server.house.db.connection.findUniqueOrThrow({ where: { id: connectionId } })
      const own = `${server.url}/api/logout/callback/${clientId}`
      await idp.configure({
        entityId: /entityID="([^"]+)"/.exec(metadata)![1]!,
        acsUrl: `${server.url}/api/oauth/saml`,
        logoutBindings: ['redirect'],
        metadata: metadata.replaceAll(`${server.url}/api/logout/callback`, own),
      })
      const browser = openWebBrowser()
      const first = await signIn(browser)
      expect((await signOut(browser)).url.href).toBe(afterwards)
      expect(await isOver(first)).toBe(true)
      const second = await signIn(browser)
      expectOurAnswer(await browser.get(`${idp.url}/logout?user=site.engineer`), 'Success')
      expect(await isOver(second)).toBe(true)
    })

    test.each(['redirect', 'post'] as const)('begun at the identity provider, by %s', async (binding) => {
      await setUp([binding])
      const browser = openWebBrowser()
      const session = await signIn(browser)
      const elsewhere = await furnish('_of-another-browser')
      const first = await browser.get(`${idp.url}/logout?user=site.engineer&binding=${binding}`)
      const end = binding === 'redirect' ? first : await browser.submit(await browser.submit(first))
      expectOurAnswer(end, 'Success')
      expect([await isOver(session), await isOver(elsewhere)]).toEqual([true, false])
      expect(await newestTrace(server)).toMatchObject({
        outcome: 'success',
        purpose: 'sign-out',
        sentence: `${nameId} was signed out by 127.0.0.1. One session ended.`,
      })
    })

    test('begun at the identity provider, everywhere: all sessions end', async () => {
      await setUp(['redirect'])
      const browser = openWebBrowser()
      const sessions = [await signIn(browser), await furnish('_of-another-browser')]
      expectOurAnswer(await browser.get(`${idp.url}/logout?user=site.engineer&everywhere=1`), 'Success')
      expect(await Promise.all(sessions.map(isOver))).toEqual([true, true])
    })

    test('tells the applications, takes their tokens away, and says when one could not be told', async () => {
      await setUp(['redirect'])
      const { db } = server.house
      const parts = { db, clock: server.clock }
      const { organizationId, productId } = await db.connection.findUniqueOrThrow({
        where: { id: connectionId },
      })
      const apply = (clientId: string, more: object = {}) =>
        furnishApplication(parts, { organizationId, productId, clientId, ...more })
      const told = await apply('vc_told', { backchannelLogoutUrl: 'https://app.acme.example/backchannel' })
      const untold = await apply('vc_untold')

      const browser = openWebBrowser()
      const sessionId = await signIn(browser)
      const grant = { organizationId, sessionId, clientId: 'vc_told' }
      const { accessTokenHash } = await furnishGrant(parts, { ...grant, applicationId: told })
      expectOurAnswer(await browser.get(`${idp.url}/logout?user=site.engineer`), 'Success')
      expect(await db.accessToken.findUnique({ where: { tokenHash: accessTokenHash } })).toBeNull()
      expect(await db.logoutNotice.findMany({ where: { sessionId } })).toMatchObject([
        { applicationId: told },
      ])

      const second = await signIn(browser)
      await furnishGrant(parts, { ...grant, sessionId: second, applicationId: untold, clientId: 'vc_untold' })
      expectOurAnswer(await browser.get(`${idp.url}/logout?user=site.engineer`), 'PartialLogout')
    })

    test('an identity provider without an address for it is not asked; the trace says so', async () => {
      await setUp(undefined, false)
      const browser = openWebBrowser()
      await arrive(browser)
      expect(await server.house.db.session.count()).toBe(0)
      const end = await signOut(browser)
      expect(end.url.href).toBe(afterwards)
      expect((await newestTrace(server)).sentence).toContain('names no address for single logout')
    })

    test('begins a sign-in by itself where the connection allows it, and ends it', async () => {
      await setUp(['redirect'])
      const launch = async (browser: WebBrowser, more: Record<string, string> = {}) =>
        browser.submit(
          await browser.get(`${idp.url}/launch?${new URLSearchParams({ user: 'site.engineer', ...more })}`),
        )
      expect((await launch(openWebBrowser())).status).toBe(403)
      expect(await newestTrace(server)).toMatchObject({ cause: 'login_unsolicited_not_allowed' })

      await server.house.db.connection.update({
        where: { id: connectionId },
        data: { allowUnsolicited: true },
      })
      const browser = openWebBrowser()
      const back = await launch(browser)
      expect(back.url.href.split('?')[0]).toBe(callback)
      const token = await redeem(server, address, back.url.searchParams.get('code')!, {
        redirect_uri: callback,
      })
      const userinfo = await createClient(server.port).get('/api/oauth/userinfo', {
        headers: { authorization: `Bearer ${token.json().access_token}` },
      })
      expect(userinfo.json()).toMatchObject({ id: nameId, requested: { isIdPFlow: true, ...address } })
      expect((await launch(browser, { RelayState: afterwards })).url.href).toContain(`${afterwards}&code=`)

      expectOurAnswer(await browser.get(`${idp.url}/logout?user=site.engineer&everywhere=1`), 'Success')
      expect(await server.house.db.session.count({ where: { revokedAt: null } })).toBe(0)
      const ended = await createClient(server.port).get('/api/oauth/userinfo', {
        headers: { authorization: `Bearer ${token.json().access_token}` },
      })
      expect(ended.status).toBe(401)
    })
  },
)
