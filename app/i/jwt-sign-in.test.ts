import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { jwtFaults } from '#lib/testing/idp/test-idp.ts'
import {
  follow,
  makeApplication,
  mintVerifier,
  redeemAt,
  requestOf,
  type Tokens,
} from '#server/testing/application.ts'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { createBrowser, createClient } from '#server/testing/http-client.ts'
import {
  beginJwt,
  chooseAtPage,
  comeBack,
  type JwtConnection,
  makeJwtConnection,
  signToken,
} from '#server/testing/jwt-sign-in.ts'
import { newestTrace, redeem, redirectUrl } from '#server/testing/sign-in.ts'

describeOnEachServer('where customers’ pages send people with a token', (server) => {
  let connection: JwtConnection

  beforeAll(async () => {
    connection = await makeJwtConnection(server, 'acme', { name: 'Login page of Acme' })
    await server.house.db.tenant.updateMany({
      where: { slug: 'acme' },
      data: { tagCategories: ['Department', 'Region'] },
    })
  })
  beforeEach(() => server.house.db.seenAssertion.deleteMany())

  async function userinfo(url: URL, of = connection): Promise<Record<string, unknown>> {
    const token = await redeem(server, of, url.searchParams.get('code') ?? '')
    expect(token.status, token.text).toBe(200)
    const answer = await createClient(server.port).get('/api/oauth/userinfo', {
      headers: { authorization: `Bearer ${token.json().access_token}` },
    })
    expect(answer.status, answer.text).toBe(200)
    return answer.json()
  }

  test('the page learns where to send people afterwards: one path, and no parameters where there are none', async () => {
    const { asked, path, params } = await beginJwt(server, connection)
    expect(asked.href).toMatch(
      new RegExp(`^${server.url}/test-idp/acme/jwt\\?return_to_path=i%2F[\\w-]{43}$`),
    )
    expect(path).toMatch(/^i\/[\w-]{43}$/)
    expect(params).toBeNull()
  })

  test('a good token: a code for the application, and the person behind it', async () => {
    const begun = await beginJwt(server, connection)
    const tags = { Department: 'Sales', Region: 'West Coast', Shoes: '42' }
    const data = { email: 'Pat@Acme.example', firstName: 'Pat', lastName: 'Engineer', id: 'p-7', tags }
    const answer = await comeBack(begun, signToken(server, connection, { data }))
    expect(answer.status, answer.text).toBe(303)
    const url = answer.location()
    expect(`${url.origin}${url.pathname}`).toBe(redirectUrl)
    expect(url.searchParams.get('state')).toBe('state-1')
    expect(url.searchParams.get('iss')).toBe(server.url)
    expect(await userinfo(url)).toEqual({
      id: 'p-7',
      email: 'Pat@Acme.example',
      firstName: 'Pat',
      lastName: 'Engineer',
      tags: { Department: 'Sales', Region: 'West Coast' },
      raw: {
        ...{ id: 'p-7', email: 'Pat@Acme.example', firstName: 'Pat', lastName: 'Engineer' },
        ...{ 'tags.Department': 'Sales', 'tags.Region': 'West Coast' },
      },
      requested: expect.objectContaining({ tenant: 'acme', product: 'crm', state: 'state-1' }),
    })
    const trace = await newestTrace(server)
    expect(trace).toMatchObject({ outcome: 'success', tenant: 'acme' })
    expect(trace.checks.map(({ name }) => name).slice(0, 4)).toEqual([
      ...['Token', 'Algorithm', 'Header', 'Signature'],
    ])
    expect(trace.checks).toContainEqual({
      name: 'Tag categories of the tenant',
      ok: true,
      expected: 'Department, Region',
      received: 'left out: Shoes',
    })
    expect(trace.checks.map(({ name }) => name)).toContain('Token is used once')
  })

  test('somebody without an id is known by the address, however it is written', async () => {
    const subjects = await Promise.all(
      ['pat@acme.example', 'PAT@acme.example'].map(async (email) => {
        const begun = await beginJwt(server, connection)
        const answer = await comeBack(begun, signToken(server, connection, { data: { email } }))
        return (await userinfo(answer.location())).id
      }),
    )
    expect(subjects).toEqual(['pat@acme.example', 'pat@acme.example'])
  })

  describe('what the application passed comes back byte for byte', () => {
    const treacherous = 'a=1&b=%26%3D%23 +"\'<>|größe=∑🙂&a=2'

    test('its state, and the address with its parameters', async () => {
      const deepLink = `http://localhost:3366/reports/7?q=a%26b%3Dc%23d&n=${encodeURIComponent('größe ∑🙂')}&view=vote`
      const begun = await beginJwt(server, connection, { state: treacherous, redirect_uri: deepLink })
      const answer = await comeBack(begun, signToken(server, connection))
      expect(answer.headers.location?.startsWith(`${deepLink}&`)).toBe(true)
      expect(answer.location().searchParams.get('state')).toBe(treacherous)
    })

    test.each([
      ['view=vote&page=1', 'view%3Dvote%26page%3D1'],
      ['q=a%26b%3Dc%23d', 'q%3Da%2526b%253Dc%2523d'],
      ['größe=∑🙂', 'gr%C3%B6%C3%9Fe%3D%E2%88%91%F0%9F%99%82'],
    ])('return_to_params %s', async (params, written) => {
      const begun = await beginJwt(server, connection, { return_to_params: params })
      expect(begun.asked.search).toBe(
        `?return_to_path=${encodeURIComponent(begun.path)}&return_to_params=${written}`,
      )
      expect(begun.params).toBe(params)
      // What the page makes of it changes nothing: it is handed back as the application gave it.
      for (const carried of [encodeURI(params), 'another=1', null]) {
        const again = await beginJwt(server, connection, { return_to_params: params })
        const answer = await comeBack({ ...again, params: carried }, signToken(server, connection))
        const { requested } = await userinfo(answer.location())
        expect(requested).toMatchObject({ return_to_params: params })
      }
    })

    test.each(['a#b', 'a\r\nSet-Cookie: a=b', 'sso_jwt=x', 'a=1&sso%5Fjwt=x', 'a'.repeat(2049)])(
      'what cannot be put behind a token is not sent to the page: %j',
      async (params) => {
        await expect(beginJwt(server, connection, { return_to_params: params })).rejects.toThrow(
          /did not lead/,
        )
      },
    )
  })

  test('a query of the SSO URL is kept, and parameters of the page say nothing to us', async () => {
    const own = await makeJwtConnection(server, 'globex', { ssoUrl: 'https://globex.example/sso?brand=1&x' })
    const begun = await beginJwt(server, own)
    expect(begun.asked.href).toBe(
      `https://globex.example/sso?brand=1&x&return_to_path=${encodeURIComponent(begun.path)}`,
    )
    const params = 'state=other&RelayState=other&code=x&redirect_uri=https://evil.example&connection=x'
    const answer = await comeBack({ ...begun, params }, signToken(server, own))
    expect(answer.location().searchParams.get('state')).toBe('state-1')
    expect(answer.location().href.startsWith(redirectUrl)).toBe(true)
  })

  describe('for an application', () => {
    test('the person has a session, and their tags are in userinfo', async () => {
      const application = await makeApplication(server)
      const pkce = mintVerifier()
      const hint = { idp_hint: connection.clientID }
      const browser = createBrowser(server.port)
      const query = new URLSearchParams(requestOf(application, pkce, hint))
      const begun = await browser.get(`/api/oauth/authorize?${query}`)
      const path = begun.location().searchParams.get('return_to_path')!
      const data = { email: 'pat@acme.example', tags: { Department: 'Sales' } }
      const token = signToken(server, connection, { data })
      const answer = await follow(server, browser, await comeBack({ browser, path, params: null }, token))
      const code = answer.location().searchParams.get('code')!
      const redeemed = await redeemAt(server, application, { code, verifier: pkce.verifier })
      expect(redeemed.status, redeemed.text).toBe(200)
      const claims = await createClient(server.port).get('/api/oauth/userinfo', {
        headers: { authorization: `Bearer ${redeemed.json<Tokens>().access_token}` },
      })
      expect(claims.json()).toMatchObject({
        tenant: 'acme',
        email: 'pat@acme.example',
        email_verified: false,
        tags: { Department: 'Sales' },
      })
    })
  })

  describe('the test page', () => {
    test('signs people in for a connection that has it as its SSO URL', async () => {
      const begun = await beginJwt(server, connection, { return_to_params: 'view=vote' })
      const page = await begun.browser.get(`${begun.asked.pathname}${begun.asked.search}`)
      expect(page.status).toBe(200)
      expect(page.text).toContain('engineer@acme.example')
      const chosen = await begun.browser.post('/test-idp/acme/jwt/login', {
        form: { return_to_path: begun.path, return_to_params: 'view=vote', person: 'engineer' },
      })
      expect(chosen.headers.location).toMatch(
        new RegExp(`^${server.url}/${begun.path}\\?sso_jwt=[\\w.-]+&view=vote$`),
      )
      const answer = await begun.browser.get(new URL(chosen.headers.location!).href.slice(server.url.length))
      expect(answer.location().searchParams.has('code')).toBe(true)
    })

    test('for no other: not one of another tenant, nor one whose people go to a page of their own', async () => {
      const foreign = await makeJwtConnection(server, 'initech', {
        ssoUrl: `${server.url}/test-idp/acme/jwt`,
      })
      const own = await makeJwtConnection(server, 'umbrella', { ssoUrl: 'https://umbrella.example/sso' })
      for (const [one, tenant] of [
        [foreign, 'acme'],
        [foreign, 'initech'],
        [own, 'umbrella'],
        [own, 'acme'],
      ] as const) {
        const begun = await beginJwt(server, one)
        expect((await chooseAtPage(server, tenant, begun)).status).toBe(400)
        expect((await chooseAtPage(server, tenant, { path: `i/${one.clientID}`, params: null })).status).toBe(
          400,
        )
      }
    })

    const faults = Object.entries(jwtFaults)
    test.each(faults.filter(([, { expectedCause }]) => expectedCause?.startsWith('jwt_')))(
      'fault %s: the application is told no more than that, the trace why',
      async (fault, { expectedCause }) => {
        const signIn = async () => {
          const begun = await beginJwt(server, connection)
          const { url } = (await chooseAtPage(server, 'acme', begun, { fault })).json<{ url: string }>()
          return begun.browser.get(url.slice(server.url.length))
        }
        if (fault === 'replay') await signIn()
        const answer = await signIn()
        expect(Object.fromEntries(answer.location().searchParams)).toEqual({
          error: 'access_denied',
          error_description: expect.stringMatching(
            /^The identity provider sent an answer that was not accepted/,
          ),
          state: 'state-1',
          iss: server.url,
        })
        const trace = await newestTrace(server)
        expect(trace).toMatchObject({ outcome: 'failure', cause: expectedCause, tenant: 'acme' })
        expect(trace.sentence).toMatch(/^[A-Z].*\.$/)
        expect(trace.sentence).not.toContain('undefined')
      },
    )

    test.each(faults.filter(([, { expectedCause }]) => expectedCause?.startsWith('login_')))(
      'fault %s: nobody is sent anywhere but to a page of ours',
      async (fault, { expectedCause }) => {
        const begun = await beginJwt(server, connection)
        const { url } = (await chooseAtPage(server, 'acme', begun, { fault })).json<{ url: string }>()
        expect(new URL(url).origin).toBe(server.url)
        const answer = await begun.browser.get(url.slice(server.url.length))
        expect(answer.location().href).toMatch(new RegExp(`^${server.url}/i/refused\\?`))
        expect(begun.browser.cookies.has('evil')).toBe(false)
        expect(await newestTrace(server)).toMatchObject({ cause: expectedCause })
      },
    )

    test('fault unknown-tag: the person gets in without it', async () => {
      const begun = await beginJwt(server, connection)
      const choice = { fault: 'unknown-tag', attributes: { 'tags.Department': 'Sales' } }
      const { url } = (await chooseAtPage(server, 'acme', begun, choice)).json<{ url: string }>()
      const answer = await begun.browser.get(url.slice(server.url.length))
      expect((await userinfo(answer.location())).tags).toEqual({ Department: 'Sales' })
    })
  })

  test('without a token the page has forgotten it, and the trace says so', async () => {
    const begun = await beginJwt(server, connection)
    const answer = await begun.browser.get(`/${begun.path}?view=vote`)
    expect(answer.location().searchParams.get('error')).toBe('access_denied')
    expect(await newestTrace(server)).toMatchObject({ cause: 'jwt_missing' })
  })
})
