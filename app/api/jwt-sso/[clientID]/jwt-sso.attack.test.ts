import { beforeAll, describe, expect, test } from 'vitest'
import type { TargetView } from '#lib/jwt-sso-targets/target.ts'
import {
  connectTestIdp,
  goOn,
  makeApplication,
  makePerson,
  obtainCode,
  passTestIdp,
  type TestPerson,
} from '#server/testing/applications.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { createBrowser } from '#server/testing/http-client.ts'
import { makeTarget, ssoUrlOf } from '#server/testing/jwt-sso-target.ts'
import { newestTrace } from '#server/testing/sign-in.ts'
import { openWebBrowser, type WebBrowser } from '#server/testing/web-browser.ts'

describeOnEachServer('the SSO URL of a target, attacked', (server) => {
  let ada: TestPerson
  let names = 1

  beforeAll(async () => {
    ada = await makePerson(server, 'acme')
  })

  const signedIn = async (person = ada): Promise<WebBrowser> => {
    const browser = openWebBrowser()
    await obtainCode(server, await makeApplication(server), person, {}, browser)
    return browser
  }
  const failureOf = async (id: string) =>
    (await managementClient(server).get(`/api/v1/jwt-sso-targets/${id}`)).json<TargetView>().lastFailure

  describe('a way back that leads elsewhere', () => {
    test.each([
      ['//evil.example', 'return_to_path_absolute'],
      ['https://evil.example', 'return_to_path_absolute'],
      ['\\evil.example', 'return_to_path_characters'],
      ['a\r\nset-cookie: x=1', 'return_to_path_characters'],
      ['@evil.example', 'return_to_path_characters'],
      ['%2e%2e/admin', 'return_to_path_traversal'],
    ])('%j: nobody is sent anywhere, a page says so, the trace why', async (path, cause) => {
      const target = await makeTarget(server, { name: `Place ${names++}` })
      const browser = await signedIn()
      const page = await browser.get(ssoUrlOf(target, path))
      expect(page.status).toBe(400)
      expect(page.url.origin).toBe(server.url)
      expect(page.text).toContain('The link that brought you here')
      expect(page.text).not.toContain('evil.example')
      const trace = await newestTrace(server)
      expect(trace).toMatchObject({ outcome: 'failure', purpose: 'jwt-sso', cause })
      expect(await failureOf(target.id)).toBe(trace.sentence)
    })

    test('a NUL as well', async () => {
      const target = await makeTarget(server, { name: 'NUL' })
      const page = await openWebBrowser().get(`${target.ssoUrl}?return_to_path=a%00b`)
      expect(page.status).toBe(400)
      expect(await newestTrace(server)).toMatchObject({ cause: 'return_to_path_characters' })
    })

    test('a token of the sender’s own in return_to_params', async () => {
      const target = await makeTarget(server, { name: 'Second token' })
      const page = await (await signedIn()).get(ssoUrlOf(target, 'i/1', 'a=1&sso%5Fjwt=e.v.il'))
      expect(page.status).toBe(400)
      expect(await newestTrace(server)).toMatchObject({ cause: 'return_to_params_token' })
    })

    test('a base URL that is changed while the person signs in takes nobody to the old one', async () => {
      const target = await makeTarget(server, { name: 'Moves' })
      const browser = openWebBrowser()
      const page = await browser.get(ssoUrlOf(target, 'i/1'))
      const json = { baseUrl: `${server.url}/moved` }
      await managementClient(server).send('PATCH', `/api/v1/jwt-sso-targets/${target.id}`, { json })
      const end = await goOn(server, ada, page, browser)
      expect(end.status).toBe(400)
      expect(end.text).toContain('no longer receives people')
    })
  })

  describe('people who may not go there', () => {
    test('who came when the target was open to everybody, or was another company’s', async () => {
      for (const before of [null, 'acme']) {
        const target = await makeTarget(server, { name: `Changes hands from ${before}`, tenant: before })
        const browser = openWebBrowser()
        const page = await browser.get(ssoUrlOf(target, 'i/1'))
        const json = { tenant: 'umbrella' }
        await managementClient(server).send('PATCH', `/api/v1/jwt-sso-targets/${target.id}`, { json })
        const end = await goOn(server, ada, page, browser)
        expect(end.url.href).not.toContain('sso_jwt')
        expect(end.status).toBe(403)
        expect(await newestTrace(server)).toMatchObject({ tenant: 'acme', cause: 'jwt_sso_tenant_other' })
      }
    })

    test('a disabled user, whose session is over', async () => {
      const bob = await makePerson(server, 'acme', { email: 'bob@acme.example' })
      const target = await makeTarget(server, { name: 'Disabled' })
      const browser = await signedIn(bob)
      const json = { status: 'disabled' }
      await managementClient(server).send('PATCH', `/api/v1/users/${bob.id}`, { json })
      const page = await browser.get(ssoUrlOf(target, 'i/1'))
      expect(page.url.pathname).toBe('/login')
      const end = await browser.submit(await browser.submit(page, { email: bob.email }), {
        password: bob.password,
      })
      expect(end.status).toBe(401)
    })

    test('a user disabled without the end of the session does not get a token either', async () => {
      const eve = await makePerson(server, 'acme', { email: 'eve@acme.example' })
      const target = await makeTarget(server, { name: 'Pending' })
      const browser = openWebBrowser()
      const page = await browser.get(ssoUrlOf(target, 'i/1'))
      const step = await browser.submit(page, { email: eve.email })
      await server.house.db.user.update({ where: { id: eve.id }, data: { status: 'pending' } })
      const end = await browser.submit(step, { password: eve.password })
      expect(end.url.href).not.toContain('sso_jwt')
      expect(end.status).toBe(401)
    })

    test('somebody of another tenant signs in anew, and another tenant’s password does not count', async () => {
      const target = await makeTarget(server, { name: 'Of Umbrella', tenant: 'umbrella' })
      await makePerson(server, 'umbrella')
      const browser = await signedIn()
      const page = await browser.get(ssoUrlOf(target, 'i/1'))
      expect(page.url.pathname).toBe('/login')
      expect(page.text).toContain('umbrella')
      const step = await browser.submit(page, { email: ada.email })
      const end = await browser.submit(step, { password: ada.password })
      expect(end.url.href).not.toContain('sso_jwt')
      expect([401, 403]).toContain(end.status)
    })

    test('an address that nobody has proven, at a target for people of several tenants', async () => {
      await connectTestIdp(server, 'hooli', 'surveys')
      const target = await makeTarget(server, { name: 'Many tenants', product: 'surveys' })
      const own = await makeTarget(server, { name: 'Of Hooli', product: 'surveys', tenant: 'hooli' })
      const domain = '/api/v1/tenants/hooli/domains/hooli.example'
      const browser = openWebBrowser()
      const idp = await browser.submit(await browser.get(ssoUrlOf(target, 'i/1')), {
        email: 'pat@hooli.example',
      })
      expect((await managementClient(server).send('DELETE', domain)).status).toBe(204)
      const end = await passTestIdp(idp, browser)
      expect(end.status).toBe(403)
      expect(end.text).toContain('has not been proven here yet')
      expect(await newestTrace(server)).toMatchObject({
        outcome: 'failure',
        purpose: 'jwt-sso',
        tenant: 'hooli',
        cause: 'jwt_sso_email_unverified',
      })
      // Its own tenant's target takes the company's word.
      const again = openWebBrowser()
      const there = await passTestIdp(await again.get(ssoUrlOf(own, 'i/1')), again)
      expect(there.url.href).toContain('sso_jwt=')
    })

    test('an address of a user that came from a provider not trusted for it goes to its own tenant’s target alone', async () => {
      const person = await makePerson(server, 'stark')
      const target = await makeTarget(server, { name: 'Many tenants again' })
      const own = await makeTarget(server, { name: 'Of Stark', tenant: 'stark' })
      const browser = await signedIn(person)
      // One that an admin gave counts, though nobody confirmed it.
      expect((await browser.get(ssoUrlOf(target, 'i/1'))).url.href).toContain('sso_jwt=')
      await server.house.db.user.update({ where: { id: person.id }, data: { emailUnproven: true } })
      const end = await browser.get(ssoUrlOf(target, 'i/2'))
      expect(end.status).toBe(403)
      expect(await newestTrace(server)).toMatchObject({ cause: 'jwt_sso_email_unverified', tenant: 'stark' })
      expect((await browser.get(ssoUrlOf(own, 'i/3'))).url.href).toContain('sso_jwt=')
    })

    test.each(['false', 'False', '0'])(
      'an address of a user that the identity provider itself disowned (%s) goes to no product, its own tenant’s included',
      async (said) => {
        const person = await makePerson(server, `disowned-${Buffer.from(said).toString('hex')}`)
        const { tenant } = person
        const target = await makeTarget(server, { name: `Of ${tenant} ${said}`, tenant })
        const browser = openWebBrowser()
        const step = await browser.submit(await browser.get(ssoUrlOf(target, 'i/1')), { email: person.email })
        const there = await browser.submit(step, { password: person.password })
        expect(there.url.href).toContain('sso_jwt=')
        const { db } = server.house
        await db.user.update({ where: { id: person.id }, data: { emailUnproven: true } })
        const session = await db.session.findFirstOrThrow({ where: { userId: person.id } })
        const profile = { ...(session.profile as object), raw: { email_verified: said } }
        await db.session.update({ where: { id: session.id }, data: { profile } })
        const end = await browser.get(ssoUrlOf(target, 'i/2'))
        expect(end.status).toBe(403)
        expect(end.url.href).not.toContain('sso_jwt')
      },
    )

    test('an answer of the identity provider that is refused ends on a page, and the target knows of it', async () => {
      await connectTestIdp(server, 'soylent', 'surveys')
      const target = await makeTarget(server, { name: 'Of Soylent', tenant: 'soylent', product: 'surveys' })
      const browser = openWebBrowser()
      const idp = await browser.get(ssoUrlOf(target, 'i/1'))
      const end = await browser.submit(
        await browser.submit(idp, { person: 'engineer', fault: 'wrong-audience' }),
      )
      expect(end.status).toBe(403)
      expect(end.url.origin).toBe(server.url)
      const trace = await newestTrace(server)
      expect(trace).toMatchObject({ outcome: 'failure', tenant: 'soylent' })
      expect(await failureOf(target.id)).toBe(trace.sentence)
    })
  })

  test('somebody whom the directory does not know reads that, and the target knows of it', async () => {
    const { clientID } = await connectTestIdp(server, 'wonka', 'surveys')
    const where = { clientId: clientID }
    await server.house.db.connection.update({ where, data: { provisioning: 'existing' } })
    const target = await makeTarget(server, { name: 'Of Wonka', tenant: 'wonka', product: 'surveys' })
    const browser = openWebBrowser()
    const end = await passTestIdp(await browser.get(ssoUrlOf(target, 'i/1')), browser)
    expect(end.status).toBe(403)
    expect(end.text).toContain('there is no account for you here yet')
    const trace = await newestTrace(server)
    expect(trace).toMatchObject({ outcome: 'failure', tenant: 'wonka', cause: 'match_none' })
    expect(await failureOf(target.id)).toBe(trace.sentence)
  })

  describe('a sign-in that waits at our page', () => {
    test('goes on in the browser that began it, and in no other', async () => {
      const target = await makeTarget(server, { name: 'Begun elsewhere' })
      const [browser, other] = [openWebBrowser(), openWebBrowser()]
      const page = await browser.get(ssoUrlOf(target, 'i/1'))
      await other.get(ssoUrlOf(target, 'i/2'))
      expect((await other.get(page.url.href)).status).toBe(400)
      const step = await browser.submit(page, { email: ada.email })
      const stolen = await other.submit(step, { password: ada.password })
      expect(stolen.status).toBe(400)
      expect(stolen.url.href).not.toContain('sso_jwt')
      const end = await browser.submit(step, { password: ada.password })
      expect(end.url.href).toContain('/i/1?sso_jwt=')
    })

    test('goes on once, of ten that send the password at the same moment', async () => {
      const target = await makeTarget(server, { name: 'Ten at once' })
      const browser = openWebBrowser()
      const page = await browser.get(ssoUrlOf(target, 'i/1'))
      const step = await browser.submit(page, { email: ada.email })
      const sent = Array.from({ length: 10 }, () => browser.submit(step, { password: ada.password }))
      const ends = (await Promise.all(sent)).map(({ url }) => url.href.includes('sso_jwt='))
      expect(ends.filter(Boolean)).toHaveLength(1)
    })
  })

  test('more to tell than fits into an address goes nowhere', async () => {
    const person = await makePerson(server, 'tolstoy', { attributes: { story: 'w' } })
    const target = await makeTarget(server, { name: 'Long', claims: ['story'] })
    const browser = await signedIn(person)
    expect((await browser.get(ssoUrlOf(target, 'i/1'))).url.href).toContain('sso_jwt=')
    const attributes = { story: 'war and peace '.repeat(600) }
    await server.house.db.user.update({ where: { id: person.id }, data: { attributes } })
    const end = await browser.get(ssoUrlOf(target, 'i/1'))
    expect(end.status).toBe(403)
    expect(await newestTrace(server)).toMatchObject({ cause: 'jwt_sso_token_too_long' })
  })

  describe('targets that are not there', () => {
    test.each(['vt_nothing', 'vt_%00', 'v'.repeat(3000)])('an unknown one is a page: %s', async (id) => {
      const page = await openWebBrowser().get(`${server.url}/api/jwt-sso/${id}?return_to_path=a`)
      expect(page.status).toBe(404)
    })

    test('and leaves a trace', async () => {
      await openWebBrowser().get(`${server.url}/api/jwt-sso/vt_nothing?return_to_path=a`)
      expect(await newestTrace(server)).toMatchObject({ cause: 'jwt_sso_target_unknown' })
    })

    test('the id of a target is not its SSO URL', async () => {
      const target = await makeTarget(server, { name: 'By id' })
      const page = await openWebBrowser().get(`${server.url}/api/jwt-sso/${target.id}?return_to_path=a`)
      expect(page.status).toBe(404)
    })

    test('one that is deleted while the person signs in ends on a page', async () => {
      const target = await makeTarget(server, { name: 'Deleted meanwhile' })
      const browser = openWebBrowser()
      const page = await browser.get(ssoUrlOf(target, 'i/1'))
      await managementClient(server).send('DELETE', `/api/v1/jwt-sso-targets/${target.id}`)
      const end = await browser.submit(page, { email: ada.email })
      expect(end.status).toBe(400)
      expect(end.text).toContain('This sign-in is over')
    })

    test('one that is deleted while the person is at the identity provider as well', async () => {
      await connectTestIdp(server, 'tyrell', 'surveys')
      const target = await makeTarget(server, { name: 'Of Tyrell', tenant: 'tyrell', product: 'surveys' })
      const browser = openWebBrowser()
      const idp = await browser.get(ssoUrlOf(target, 'i/1'))
      await managementClient(server).send('DELETE', `/api/v1/jwt-sso-targets/${target.id}`)
      const end = await passTestIdp(idp, browser)
      expect(end.status).toBe(400)
      expect(end.url.href).not.toContain('sso_jwt')
    })

    test('one whose tenant was deleted takes nobody', async () => {
      const target = await makeTarget(server, { name: 'Of nobody', tenant: 'gone' })
      await managementClient(server).send('DELETE', '/api/v1/tenants/gone')
      // A new tenant of the same name is another one.
      await makePerson(server, 'gone')
      const page = await (await signedIn()).get(ssoUrlOf(target, 'i/1'))
      expect(page.status).toBe(403)
      expect(await newestTrace(server)).toMatchObject({ cause: 'jwt_sso_tenant_gone' })
    })
  })

  test('the token is in the Location header alone: no log line, no trace, no audit event; nothing keeps or refers to it', async () => {
    const target = await makeTarget(server, { name: 'Quiet' })
    const browser = createBrowser(server.port)
    const other = await signedIn()
    for (const [name, value] of other.cookies('localhost')) browser.cookies.set(name, value)
    const { pathname, search } = new URL(ssoUrlOf(target, 'i/1', 'secret-parameter=1'))
    const answer = await browser.get(pathname + search)
    expect(answer.status).toBe(303)
    expect(answer.headers['cache-control']).toBe('no-store')
    expect(answer.headers['referrer-policy']).toBe('no-referrer')
    const token = answer.location().searchParams.get('sso_jwt')!
    const signature = token.split('.')[2]!
    const traces = await managementClient(server).get('/api/v1/traces?limit=50')
    const audit = await managementClient(server).get('/api/v1/audit-events?limit=50')
    const rows = (await server.house.db.trace.findMany()).map((row) => JSON.stringify(row))
    const everything = [answer.text, traces.text, audit.text, ...server.logLines, ...rows]
    expect(everything.join('\n')).toContain('went on to Quiet')
    for (const secret of [token, signature, target.secret, 'secret-parameter'])
      expect(everything.filter((text) => text.includes(secret))).toEqual([])
  })
})
