import { Auth, type AuthConfig } from 'authjs'
import AuthJsProvider from 'authjs/providers/boxyhq-saml'
import NextAuth, { type NextAuthOptions } from 'next-auth'
import NextAuthProvider from 'next-auth/providers/boxyhq-saml'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeOnEachServer, managementClient } from '../testing/describe-on-each-server.ts'
import {
  type ApiHandler,
  type AuthApp,
  beginSignIn,
  startApiApp,
  startWebApp,
} from '../testing/next-auth-app.ts'
import { newestTrace } from '../testing/sign-in.ts'
import { openWebBrowser } from '../testing/web-browser.ts'

const tenant = 'acme.com'
const product = 'crm'
const secret = 'a secret of the application, for its own cookies'

type Session = { user?: { name?: string; email?: string } }

/**
 * Applications that were written for SAML Jackson, unmodified: the provider of each generation of next-auth, set up as
 * the documents of Polis show.
 */
describeOnEachServer('the provider that ships with', (server) => {
  const apps: Record<string, AuthApp> = {}
  const failures: string[] = []
  const note = (...given: unknown[]) => void failures.push(given.map(String).join(' '))
  const noise = () => {}

  const nextAuth4 = (): NextAuthOptions => ({
    secret,
    logger: { error: note, warn: noise, debug: noise },
    session: { strategy: 'jwt' },
    providers: [
      NextAuthProvider({
        issuer: server.url,
        clientId: 'dummy',
        clientSecret: 'dummy',
        authorization: { params: { tenant, product, scope: '' } },
        httpOptions: { timeout: 20_000 },
      }),
    ],
  })
  const authJs = (): AuthConfig => ({
    secret,
    trustHost: true,
    basePath: '/api/auth',
    logger: { error: note, warn: noise, debug: noise },
    providers: [
      AuthJsProvider({
        issuer: server.url,
        clientId: 'dummy',
        clientSecret: 'dummy',
        authorization: { params: { tenant, product, scope: '' } },
      }),
    ],
  })

  beforeAll(async () => {
    apps['next-auth 4'] = await startApiApp(() => NextAuth(nextAuth4()) as ApiHandler)
    apps['Auth.js'] = await startWebApp(() => (request) => Auth(request, authJs()) as Promise<Response>)
    process.env.NEXTAUTH_URL = apps['next-auth 4'].origin
    const redirectUrl = Object.values(apps).map(({ origin }) => `${origin}/*`)
    await managementClient(server).post('/api/v1/tenants', { json: { slug: tenant, name: 'Acme' } })
    const metadataUrl = `${server.url}/test-idp/${tenant}/metadata`
    const made = await managementClient(server).post('/api/v1/connections', {
      json: { tenant, product, metadataUrl, defaultRedirectUrl: 'https://app.acme.example/', redirectUrl },
    })
    expect(made.status, made.text).toBe(200)
  })
  afterAll(async () => {
    delete process.env.NEXTAUTH_URL
    await Promise.all(Object.values(apps).map((app) => app.stop()))
  })

  async function signIn(app: AuthApp, choices: Record<string, string>) {
    const browser = openWebBrowser()
    const login = await beginSignIn(browser, app, 'boxyhq-saml')
    expect(login.url.pathname, `${login.url} ${login.text} ${failures}`).toBe(`/test-idp/${tenant}/sso`)
    const signedIn = await browser.submit(login, choices)
    const back = await browser.submit(signedIn)
    const session = (await browser.get(`${app.origin}/api/auth/session`)).json() as Session | null
    return { back, session, browser }
  }

  test.each(['next-auth 4', 'Auth.js'])('%s signs in', async (name) => {
    const app = apps[name]!
    failures.length = 0
    const { back, session } = await signIn(app, { person: 'engineer' })
    const { sentence } = await newestTrace(server)
    expect(back.url.href, `${failures} ${sentence}`).toBe(`${app.origin}/welcome`)
    expect(session?.user).toMatchObject({ name: 'Demo Engineer', email: 'engineer@acme.com.example' })
    expect(failures).toEqual([])
    expect(await newestTrace(server)).toMatchObject({ outcome: 'success' })
  })

  test.each(['next-auth 4', 'Auth.js'])(
    '%s is told when the identity provider’s answer is refused',
    async (name) => {
      const app = apps[name]!
      failures.length = 0
      const { back, session } = await signIn(app, { person: 'engineer', fault: 'wrong-audience' })
      expect(back.url.href).toMatch(/error=/)
      expect(session?.user).toBeUndefined()
      const trace = await newestTrace(server)
      expect(trace).toMatchObject({ outcome: 'failure', cause: 'saml_wrong_audience' })
      expect(failures.join('\n')).toMatch(/access_denied|OAuthCallback/i)
    },
  )

  test('both at once in one browser do not disturb each other', async () => {
    const browser = openWebBrowser()
    const pages = []
    for (const app of Object.values(apps)) pages.push(await beginSignIn(browser, app, 'boxyhq-saml'))
    for (const page of pages.reverse()) {
      const back = await browser.submit(await browser.submit(page, { person: 'analyst' }))
      expect(back.url.pathname).toBe('/welcome')
    }
  })
})
