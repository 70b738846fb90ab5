import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  connectTestIdp,
  goOn,
  makeApplication,
  makePerson,
  passTestIdp,
  type TestPerson,
} from '../testing/applications.ts'
import { describeOnEachServer } from '../testing/describe-on-each-server.ts'
import { type PassportApp, type PassportUser, startPassportApp } from '../testing/passport-app.ts'
import { newestTrace } from '../testing/sign-in.ts'
import { openWebBrowser } from '../testing/web-browser.ts'

describeOnEachServer('passport-oauth2 in an Express application', (server) => {
  let app: PassportApp
  let ada: TestPerson

  beforeAll(async () => {
    app = await startPassportApp()
    ada = await makePerson(server, 'acme', { firstName: 'Ada', lastName: 'Byron' })
    await connectTestIdp(server, 'globex')
    // It sends its secret in the form, and cannot be told otherwise.
    const tokenEndpointAuthMethod = 'client_secret_post'
    const redirectUrls = [app.redirectUrl]
    const made = await makeApplication(server, { redirectUrls, tokenEndpointAuthMethod })
    app.configure({ issuer: server.url, ...made })
  })
  afterAll(() => app.stop())

  test('signs in with a password, and without a page the next time', async () => {
    const browser = openWebBrowser()
    const back = await goOn(server, ada, await browser.get(`${app.origin}/auth`), browser)
    expect(back.url.href).toBe(`${app.origin}/me`)
    const { claims } = back.json() as PassportUser
    expect(claims).toMatchObject({ sub: ada.id, name: 'Ada Byron', email: ada.email, tenant: 'acme' })
    expect(await newestTrace(server)).toMatchObject({ outcome: 'success', tenant: 'acme' })
    const again = await browser.get(`${app.origin}/auth`)
    expect(again.url.href).toBe(`${app.origin}/me`)
    expect((again.json() as PassportUser).claims).toEqual(claims)
  })

  test('signs in through SAML', async () => {
    const browser = openWebBrowser()
    const atIdp = await browser.get(`${app.origin}/auth?tenant=globex`)
    expect(atIdp.url.pathname).toBe('/test-idp/globex/sso')
    const back = await passTestIdp(atIdp, browser)
    expect(back.url.href, (await newestTrace(server)).sentence).toBe(`${app.origin}/me`)
    const { claims } = back.json() as PassportUser
    expect(claims).toMatchObject({
      name: 'Demo Engineer',
      email: 'engineer@globex.example',
      tenant: 'globex',
    })
  })

  test('is told when the identity provider’s answer is refused', async () => {
    const browser = openWebBrowser()
    const atIdp = await browser.get(`${app.origin}/auth?tenant=globex`)
    const posted = await browser.submit(atIdp, { person: 'engineer', fault: 'wrong-audience' })
    const back = await browser.submit(posted)
    expect([back.url.pathname, back.status]).toEqual(['/failed', 401])
    expect((await browser.get(`${app.origin}/me`)).json()).toBeNull()
    expect(await newestTrace(server)).toMatchObject({ cause: 'saml_wrong_audience' })
  })

  test('is told when the person does not consent', async () => {
    const browser = openWebBrowser()
    const asked = await browser.get(`${app.origin}/auth?prompt=consent`)
    const password = await browser.submit(asked, { email: ada.email })
    const consent = await browser.submit(password, { password: ada.password })
    const back = await browser.submit(consent, { decision: 'deny' })
    expect([back.url.pathname, back.status]).toEqual(['/failed', 401])
    expect((await browser.get(`${app.origin}/me`)).json()).toBeNull()
  })

  test('takes no code that was slipped into another browser', async () => {
    const attacker = openWebBrowser()
    await goOn(server, ada, await attacker.get(`${app.origin}/auth`), attacker)
    const authorize = await attacker.peek(`${app.origin}/auth`)
    const callback = await attacker.peek(authorize!)
    expect(callback?.searchParams.get('code')).toBeTruthy()
    const victim = openWebBrowser()
    await victim.get(callback!)
    expect((await victim.get(`${app.origin}/me`)).json()).toBeNull()
    expect((await attacker.get(callback!)).url.pathname).toBe('/me')
  })
})
