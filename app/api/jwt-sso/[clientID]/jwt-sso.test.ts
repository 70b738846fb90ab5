import { beforeAll, describe, expect, test } from 'vitest'
import { verifySsoToken } from '#lib/jwt-sso/verify-sso-token.ts'
import type { TargetWithSecret } from '#lib/jwt-sso-targets/create-target.ts'
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
import { makeTarget, ssoUrlOf } from '#server/testing/jwt-sso-target.ts'
import { newestTrace } from '#server/testing/sign-in.ts'
import { openWebBrowser } from '#server/testing/web-browser.ts'

describeOnEachServer('the SSO URL of a target', (server) => {
  let ada: TestPerson

  beforeAll(async () => {
    ada = await makePerson(server, 'acme', {
      firstName: 'Ada',
      lastName: 'Lovelace',
      tags: { Department: 'Sales', Region: 'West Coast', Salary: '100' },
      attributes: { phone_number: '+33 1 23 45 67 89' },
    })
  })

  const verify = async (target: TargetWithSecret, url: URL) => {
    const secrets = [{ id: 'only', secret: target.secret }]
    const expected = { secrets, audience: target.audience, now: server.clock.now() }
    const verdict = await verifySsoToken(url.searchParams.get('sso_jwt') ?? '', expected)
    if (!verdict.ok) throw new Error(`${url}: ${verdict.sentence}`)
    return verdict.payload
  }
  const rawPayload = (url: URL) => {
    const [, payload = ''] = url.searchParams.get('sso_jwt')!.split('.')
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
  }
  const shown = async (target: TargetWithSecret) =>
    (await managementClient(server).get(`/api/v1/jwt-sso-targets/${target.id}`)).json<TargetView>()

  describe('somebody who is not signed in', () => {
    test('signs in at our page and goes back with a token, to the place and with the parameters they came with', async () => {
      const target = await makeTarget(server, { name: 'By password' })
      const browser = openWebBrowser()
      const params = 'view=vote&q=a%26b%3D%23%C3%A4&list[]=1'
      const page = await browser.get(ssoUrlOf(target, 'i/9745804b', params))
      expect(page.status).toBe(200)
      expect(page.text).toContain('to By password')
      const end = await goOn(server, ada, page, browser)
      expect(end.url.href).toMatch(
        new RegExp(
          `^${server.url}/surveys/i/9745804b\\?sso_jwt=[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+&`,
        ),
      )
      expect(end.url.href.split('&').slice(1).join('&')).toBe(params)
      const { data, iat, nbf, exp } = await verify(target, end.url)
      expect(data).toMatchObject({ email: ada.email, firstName: null, tags: {} })
      expect([iat - nbf, exp - iat]).toEqual([180, 300])
      expect(Object.keys(rawPayload(end.url)).toSorted()).toEqual(['aud', 'data', 'exp', 'iat', 'jti', 'nbf'])
      expect(await newestTrace(server)).toMatchObject({
        outcome: 'success',
        purpose: 'jwt-sso',
        tenant: 'acme',
        sentence: `${ada.email} signed in and went on to By password by JWT SSO.`,
      })
      expect((await shown(target)).lastUsedAt).not.toBeNull()
    })

    test('signs in through the connection of the tenant the target is for, without being asked', async () => {
      await connectTestIdp(server, 'globex', 'surveys')
      const target = await makeTarget(server, { name: 'Of Globex', tenant: 'globex', product: 'surveys' })
      const browser = openWebBrowser()
      const page = await browser.get(ssoUrlOf(target, 'i/1'))
      expect(page.url.pathname).toContain('/test-idp/globex')
      const end = await passTestIdp(page, browser)
      expect(end.url.href).toContain(`${server.url}/surveys/i/1?sso_jwt=`)
      const { data } = await verify(target, end.url)
      expect(data.email).toMatch(/@globex\.example$/)
      // What the identity provider said stands in the trace as with any other sign-in.
      const trace = await server.house.db.trace.findFirstOrThrow({ orderBy: { id: 'desc' } })
      expect(trace).toMatchObject({ purpose: 'jwt-sso', external: { email: data.email } })
    })

    test('is led to the company by the domain of their address, where the target takes everybody', async () => {
      await connectTestIdp(server, 'initech', 'other')
      const target = await makeTarget(server, { name: 'Everybody’s' })
      const browser = openWebBrowser()
      const page = await browser.get(ssoUrlOf(target, 'i/1'))
      const idp = await browser.submit(page, { email: 'pat@initech.example' })
      expect(idp.url.pathname).toContain('/test-idp/initech')
      const end = await passTestIdp(idp, browser)
      expect((await verify(target, end.url)).data.email).toMatch(/@initech\.example$/)
    })
  })

  describe('somebody who is signed in', () => {
    test('goes back at once, and a token is never the same twice', async () => {
      const target = await makeTarget(server, { name: 'Back at once' })
      const browser = openWebBrowser()
      await obtainCode(server, await makeApplication(server), ada, {}, browser)
      const first = await browser.peek(ssoUrlOf(target, 'i/1'))
      const { lastUsedAt } = await shown(target)
      const second = await browser.peek(ssoUrlOf(target, 'i/1'))
      expect((await verify(target, first!)).data.email).toBe(ada.email)
      expect(second!.href).not.toBe(first!.href)
      expect(await newestTrace(server)).toMatchObject({
        outcome: 'success',
        purpose: 'jwt-sso',
        sentence: `${ada.email} was signed in already and went on to Back at once by JWT SSO.`,
      })
      // Written once a minute.
      expect((await shown(target)).lastUsedAt).toBe(lastUsedAt)
      server.clock.advance(61)
      await browser.peek(ssoUrlOf(target, 'i/1'))
      expect((await shown(target)).lastUsedAt).not.toBe(lastUsedAt)
    })

    test('opens applications with the session that began at a target', async () => {
      const target = await makeTarget(server, { name: 'First' })
      const browser = openWebBrowser()
      await goOn(server, ada, await browser.get(ssoUrlOf(target, 'i/1')), browser)
      const application = await makeApplication(server, { name: 'Second' })
      expect(await obtainCode(server, application, ada, { prompt: 'none' }, browser)).not.toBe('')
    })

    test('the token says what the target is set up to get, and no more', async () => {
      const claims = ['id', 'firstName', 'tenant', 'phone_number']
      const tags = ['Department', 'Region']
      const target = await makeTarget(server, { name: 'Claims', claims, tags })
      const browser = openWebBrowser()
      const end = await goOn(server, ada, await browser.get(ssoUrlOf(target, 'i/1')), browser)
      expect(rawPayload(end.url)).toMatchObject({
        aud: 'www.surveys.example',
        data: {
          email: ada.email,
          id: ada.id,
          firstName: 'Ada',
          tenant: 'acme',
          phone_number: '+33 1 23 45 67 89',
          tags: { Department: 'Sales', Region: 'West Coast' },
        },
      })
      expect(JSON.stringify(rawPayload(end.url))).not.toMatch(/Salary|Lovelace/)
    })

    test('the next token is signed with the secret that was exchanged meanwhile', async () => {
      const target = await makeTarget(server, { name: 'Exchanged' })
      const browser = openWebBrowser()
      await goOn(server, ada, await browser.get(ssoUrlOf(target, 'i/1')), browser)
      const json = { secret: 's'.repeat(64) }
      await managementClient(server).post(`/api/v1/jwt-sso-targets/${target.id}/rotate`, { json })
      const url = await browser.peek(ssoUrlOf(target, 'i/2'))
      await expect(verify(target, url!)).rejects.toThrow(/signature/)
      expect((await verify({ ...target, ...json }, url!)).data.email).toBe(ada.email)
    })
  })

  test('the documents’ examples, to the letter', async () => {
    const target = await makeTarget(server, {
      name: 'Literal',
      baseUrl: 'https://app.waggl.com',
      audience: 'www.waggl.com',
    })
    const browser = openWebBrowser()
    await obtainCode(server, await makeApplication(server, { name: 'Literal' }), ada, {}, browser)
    const with_ = `${target.ssoUrl}?return_to_path=i%2F9745804b&return_to_params=view%3Dvote%26page%3D1`
    const without = `${target.ssoUrl}?return_to_path=i%2F9745804b`
    const [one, other] = [await browser.peek(with_), await browser.peek(without)]
    const masked = (url: URL | null) =>
      url!.href.replace(/sso_jwt=[\w-]+\.[\w-]+\.[\w-]+/, 'sso_jwt=xxxxx.yyyyy.zzzzz')
    expect(masked(one)).toBe('https://app.waggl.com/i/9745804b?sso_jwt=xxxxx.yyyyy.zzzzz&view=vote&page=1')
    expect(masked(other)).toBe('https://app.waggl.com/i/9745804b?sso_jwt=xxxxx.yyyyy.zzzzz')
    const payload = rawPayload(one!) as Record<'iat' | 'nbf' | 'exp', number> & { data: unknown; aud: string }
    expect(payload.data).toEqual({ email: ada.email })
    expect(payload.aud).toBe('www.waggl.com')
    expect(payload.nbf).toBe(payload.iat - 180)
    expect(payload.exp).toBe(payload.iat + 300)
    const [header = ''] = one!.searchParams.get('sso_jwt')!.split('.')
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg: 'HS512', typ: 'JWT' })
  })
})
