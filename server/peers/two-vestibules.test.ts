import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TargetWithSecret } from '#lib/jwt-sso-targets/create-target.ts'
import { goOn, makePerson, type TestPerson } from '../testing/applications.ts'
import {
  describeOnEachServer,
  managementClient,
  type TestServer,
} from '../testing/describe-on-each-server.ts'
import { type Client, createClient } from '../testing/http-client.ts'
import type { JwtConnection } from '../testing/jwt-sign-in.ts'
import { makeTarget } from '../testing/jwt-sso-target.ts'
import { type SecondServer, startSecondServer } from '../testing/second-server.ts'
import { newestTrace, type TraceItem } from '../testing/sign-in.ts'
import { openWebBrowser, type Visit, type WebBrowser } from '../testing/web-browser.ts'

/**
 * Two installations in two processes: the JWT SSO target of the one is the JWT connection of the other. The first plays
 * the customer, whose people have passwords there; an application signs them in at the second.
 */
describeOnEachServer('two installations, one behind the other', (first) => {
  let second: SecondServer
  let client: Client
  let ada: TestPerson
  let target: TargetWithSecret
  let connection: JwtConnection

  beforeAll(async () => {
    second = await startSecondServer()
    client = createClient(second.port, { authorization: `Api-Key ${second.apiKey}` })
    ada = await makePerson(first, 'acme', { firstName: 'Ada', tags: { Department: 'Sales', Shoes: '42' } })
    target = await makeTarget(first, {
      name: 'The second installation',
      baseUrl: second.url,
      audience: new URL(second.url).host,
      claims: ['id', 'firstName'],
      tags: ['Department'],
    })
    const made = await client.post('/api/v1/connections', {
      json: {
        isJWT: true,
        tenant: 'acme',
        product: 'crm',
        ssoUrl: target.ssoUrl,
        defaultRedirectUrl: `${second.url}/application/callback`,
        redirectUrl: `${second.url}/application/callback`,
      },
    })
    expect(made.text && made.status).toBe(200)
    connection = made.json<JwtConnection>()
    const rotated = await managementClient(first).post(`/api/v1/jwt-sso-targets/${target.id}/rotate`, {
      json: { secret: connection.jwt.secret },
    })
    expect(rotated.status).toBe(200)
  }, 60_000)
  afterAll(() => second?.stop())

  const authorizeUrl = (more: Record<string, string> = {}) =>
    `${second.url}/api/oauth/authorize?${new URLSearchParams({
      response_type: 'code',
      client_id: 'dummy',
      tenant: 'acme',
      product: 'crm',
      redirect_uri: `${second.url}/application/callback`,
      state: 'a state & = # ü',
      ...more,
    })}`

  async function userinfo(end: Visit): Promise<Record<string, unknown>> {
    const code = end.url.searchParams.get('code')
    if (!code) throw new Error(`no code came: ${end.url} (${end.status}) ${end.text.slice(0, 600)}`)
    const token = await createClient(second.port).post('/api/oauth/token', {
      form: {
        grant_type: 'authorization_code',
        client_id: 'tenant=acme&product=crm',
        client_secret: 'dummy',
        redirect_uri: `${second.url}/application/callback`,
        code,
      },
    })
    const headers = { authorization: `Bearer ${token.json().access_token}` }
    return (await createClient(second.port).get('/api/oauth/userinfo', { headers })).json()
  }

  async function signIn(browser: WebBrowser, more?: Record<string, string>): Promise<Visit> {
    const page = await browser.get(authorizeUrl(more))
    expect(page.url.origin).toBe(first.url)
    return goOn(first, ada, page, browser)
  }

  test('a person signs in at the one with a password, and the application at the other learns who it is', async () => {
    const end = await signIn(openWebBrowser())
    expect(end.url.href).toContain(`${second.url}/application/callback?`)
    expect(end.url.searchParams.get('state')).toBe('a state & = # ü')
    expect(await userinfo(end)).toMatchObject({ id: ada.id, email: ada.email, firstName: 'Ada' })
    expect(await newestTrace(first)).toMatchObject({ outcome: 'success', purpose: 'jwt-sso' })
    const { data } = (await client.get('/api/v1/traces?limit=1')).json<{ data: TraceItem[] }>()
    expect(data[0]).toMatchObject({ outcome: 'success', purpose: 'sign-in', tenant: 'acme' })
  })

  test('who is signed in at the one comes through without a question, each time with a token of its own', async () => {
    const browser = openWebBrowser()
    await signIn(browser)
    for (let round = 0; round < 3; round++) {
      const end = await browser.get(authorizeUrl())
      expect((await userinfo(end)).email).toBe(ada.email)
    }
  })

  test('what the application wants to see again survives both of them byte for byte', async () => {
    const ways: string[] = []
    const browser = openWebBrowser(({ url }) => void ways.push(url.href))
    const carried = 'view=vote&q=a%26b%3D%23%C3%A4&list[]=1'
    const end = await signIn(browser, { return_to_params: carried })
    const landing = ways.find((way) => way.startsWith(`${second.url}/i/`))
    expect(landing).toMatch(/\/i\/[\w-]{43}\?sso_jwt=[\w.-]+&/)
    expect(landing!.split('&').slice(1).join('&')).toBe(carried)
    expect((await userinfo(end)).requested).toMatchObject({ return_to_params: carried })
  })

  test('a secret that only one of them has exchanged: refused, with the cause at the other', async () => {
    const browser = openWebBrowser()
    await signIn(browser)
    await rotate(first, target, 'another secret than the one that the second installation has given out')
    const end = await browser.get(authorizeUrl())
    expect(end.url.searchParams.get('error')).toBe('access_denied')
    const { data } = (await client.get('/api/v1/traces?limit=1')).json<{ data: TraceItem[] }>()
    expect(data[0]).toMatchObject({ outcome: 'failure', cause: 'jwt_signature_invalid' })
    await rotate(first, target, connection.jwt.secret)
    expect((await userinfo(await browser.get(authorizeUrl()))).email).toBe(ada.email)
  })
})

async function rotate(server: TestServer, { id }: { id: string }, secret: string): Promise<void> {
  await managementClient(server).post(`/api/v1/jwt-sso-targets/${id}/rotate`, { json: { secret } })
}
