import { Auth, type AuthConfig } from 'authjs'
import NextAuth, { type NextAuthOptions } from 'next-auth'
import * as openidClient from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SnippetApplication, writeSnippets } from '#lib/applications/snippets.ts'
import { describeOnEachServer, managementClient } from '../testing/describe-on-each-server.ts'
import { type ApiHandler, type AuthApp, startApiApp, startWebApp } from '../testing/next-auth-app.ts'
import { openWebBrowser } from '../testing/web-browser.ts'

const tenant = 'acme.com'
const secret = 'a secret of the application, for its own cookies'

/** The code people copy, run as it is by the libraries it is for, each time as an application made for it. */
describeOnEachServer('the snippets, run by', (server) => {
  const apps: Record<'next-auth' | 'auth-js', AuthApp> = {} as never
  const failures: string[] = []
  const logger = {
    error: (...given: unknown[]) => void failures.push(given.map(String).join(' ')),
    warn() {},
    debug() {},
  }

  beforeAll(async () => {
    apps['next-auth'] = await startApiApp(
      () => NextAuth(optionsOf<NextAuthOptions>('next-auth')) as ApiHandler,
    )
    apps['auth-js'] = await startWebApp(
      () => (request) =>
        Auth(request, {
          ...optionsOf<AuthConfig>('auth-js'),
          trustHost: true,
          basePath: '/api/auth',
        }) as Promise<Response>,
    )
    process.env.NEXTAUTH_URL = apps['next-auth'].origin
    await managementClient(server).post('/api/v1/tenants', { json: { slug: tenant, name: 'Acme' } })
    const made = await managementClient(server).post('/api/v1/connections', {
      json: {
        tenant,
        product: 'crm',
        metadataUrl: `${server.url}/test-idp/${tenant}/metadata`,
        defaultRedirectUrl: `${server.url}/unused`,
        redirectUrl: `${server.url}/unused`,
      },
    })
    expect(made.status, made.text).toBe(200)
  })
  afterAll(async () => {
    delete process.env.NEXTAUTH_URL
    delete process.env.VESTIBULE_CLIENT_SECRET
    await Promise.all(Object.values(apps).map((app) => app.stop()))
  })

  const callbackOf = ({ origin }: AuthApp) => `${origin}/api/auth/callback/vestibule`

  const methods = ['client_secret_basic', 'client_secret_post', 'none'] as const
  let application: SnippetApplication

  /** Registers an application, and keeps its secret where the code looks for it. */
  async function register(
    tokenEndpointAuthMethod: SnippetApplication['tokenEndpointAuthMethod'],
    redirectUrl: string,
  ): Promise<void> {
    const type = tokenEndpointAuthMethod === 'none' ? 'public' : 'confidential'
    const made = await managementClient(server).post('/api/v1/applications', {
      json: { name: 'Copied', product: 'crm', type, redirectUrls: [redirectUrl], tokenEndpointAuthMethod },
    })
    expect(made.status, made.text).toBe(201)
    const { clientSecret, ...registered } = made.json<SnippetApplication & { clientSecret?: string }>()
    application = registered
    process.env.VESTIBULE_CLIENT_SECRET = clientSecret ?? ''
  }

  function codeOf(id: string): string {
    const snippet = writeSnippets(application, { issuer: server.url }).find((one) => one.id === id)!
    const { code } = snippet.files.find(({ name }) => name.endsWith('.js'))!
    return nameTenant(code)
      .replace(/^import .*$/m, '')
      .replaceAll(/^export (?=const|async)/gm, '')
      .replace(/^export \{.*$/m, '')
  }

  /** Does what the comments advise where one knows which customer it is. */
  function nameTenant(code: string): string {
    const advised = code
      .replace(/\/\/ tenant: ('[^']+'),.*$/m, 'tenant: $1,')
      .replace(/(params: \{ scope: '[^']+') \}/, `$1, tenant: '${tenant}' }`)
    expect(advised).not.toBe(code)
    return advised
  }

  /** What the snippet hands to its library. */
  function optionsOf<Options extends object>(id: 'next-auth' | 'auth-js'): Options & { secret: string } {
    let options: Options | undefined
    const take = (given: Options) => {
      options = given
      return {}
    }
    new Function('NextAuth', codeOf(id))(take)
    return { ...options!, secret, logger }
  }

  describe.each(methods.slice(0, 2))('with %s', (wanted) => {
    test.each(['next-auth', 'auth-js'] as const)('%s', async (id) => {
      await register(wanted, callbackOf(apps[id]))
      failures.length = 0
      const { origin } = apps[id]
      const browser = openWebBrowser()
      const csrf = (await browser.get(`${origin}/api/auth/csrf`)).json() as { csrfToken: string }
      const form = { csrfToken: csrf.csrfToken, callbackUrl: `${origin}/welcome` }
      const login = await browser.post(`${origin}/api/auth/signin/vestibule`, form)
      const back = await browser.submit(await browser.submit(login, { person: 'engineer' }))
      expect(back.url.href, failures.join('\n')).toBe(`${origin}/welcome`)
      const session = (await browser.get(`${origin}/api/auth/session`)).json()
      expect(session).toMatchObject({ user: { name: 'Demo Engineer', email: 'engineer@acme.com.example' } })
      expect(failures).toEqual([])
    })
  })

  type SignIn = {
    beginSignIn(): Promise<{ url: URL; checks: openidClient.AuthorizationCodeGrantChecks }>
    finishSignIn(
      currentUrl: URL,
      checks: openidClient.AuthorizationCodeGrantChecks,
    ): Promise<openidClient.UserInfoResponse>
  }

  test.each(methods)('openid-client, with %s', async (wanted) => {
    await register(wanted, `${server.url}/application`)
    const code = codeOf('openid-client')
    const run = new Function(
      'client',
      `return (async () => {${code}\nreturn { beginSignIn, finishSignIn } })()`,
    )
    const { beginSignIn, finishSignIn } = (await run(openidClient)) as SignIn
    const { url, checks } = await beginSignIn()
    const browser = openWebBrowser()
    const signedIn = await browser.submit(await browser.get(url), { person: 'engineer' })
    const back = (await browser.submit(signedIn)).url
    expect(await finishSignIn(back, checks)).toMatchObject({ email: 'engineer@acme.com.example' })
    await expect(finishSignIn(back, { ...checks, expectedState: 'another' })).rejects.toThrow()
  })
})
