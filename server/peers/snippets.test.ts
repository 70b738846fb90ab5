import { Auth, type AuthConfig } from 'authjs'
import { type CryptoKey, exportJWK, generateKeyPair } from 'jose'
import NextAuth, { type NextAuthOptions } from 'next-auth'
import * as openidClient from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SnippetApplication, writeSnippets } from '#lib/applications/snippets.ts'
import {
  connectTestIdp,
  goOn,
  makeApplication,
  makePerson,
  passTestIdp,
  type TestPerson,
} from '../testing/applications.ts'
import { describeOnEachServer } from '../testing/describe-on-each-server.ts'
import {
  type ApiHandler,
  type AuthApp,
  beginSignIn,
  startApiApp,
  startWebApp,
} from '../testing/next-auth-app.ts'
import { openWebBrowser, type Visit, type WebBrowser } from '../testing/web-browser.ts'

const secret = 'a secret of the application, for its own cookies'

type AuthJsSnippet = 'next-auth' | 'auth-js'

/**
 * The code people copy, run as it is by the libraries it is for, with applications made through the API. Nobody says
 * which company a person is of: the login page finds out by the e-mail address.
 */
describeOnEachServer('the snippets, run by', (server) => {
  const apps: Record<AuthJsSnippet, AuthApp> = {} as never
  let ada: TestPerson
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
    ada = await makePerson(server, 'acme', { firstName: 'Ada', lastName: 'Byron' })
    await connectTestIdp(server, 'globex')
  })
  afterAll(async () => {
    delete process.env.NEXTAUTH_URL
    delete process.env.VESTIBULE_CLIENT_SECRET
    await Promise.all(Object.values(apps).map((app) => app.stop()))
  })

  /** Both ways in, from the page that asks for the address to wherever the application is. */
  const people: [string, (page: Visit, browser: WebBrowser) => Promise<Visit>, Record<string, string>][] = [
    [
      'with a password',
      (page, browser) => goOn(server, ada, page, browser),
      { name: 'Ada Byron', email: 'ada@acme.example' },
    ],
    [
      'through SAML',
      async (page, browser) => {
        const engineer = { email: 'engineer@globex.example', password: '' }
        return passTestIdp(await goOn(server, engineer, page, browser), browser)
      },
      { name: 'Demo Engineer', email: 'engineer@globex.example' },
    ],
  ]

  /** The application whose snippets are run, and the key it proves itself with, where it does. */
  let own: SnippetApplication
  let privateKey: CryptoKey

  async function register(settings: Record<string, unknown>): Promise<void> {
    const callbacks = Object.values(apps).map(({ origin }) => `${origin}/api/auth/callback/vestibule`)
    const redirectUrls = [...callbacks, `${server.url}/application/callback`]
    const made = await makeApplication(server, { redirectUrls, ...settings })
    own = made as unknown as SnippetApplication
    process.env.VESTIBULE_CLIENT_SECRET = made.clientSecret
  }

  /** The one that comes back to `redirectUrl`, of the addresses it may come back to. */
  function codeOf(id: string, redirectUrl: string): string {
    const application = { ...own, redirectUrls: [redirectUrl] }
    const snippet = writeSnippets(application, { issuer: server.url }).find((one) => one.id === id)!
    const { code } = snippet.files.find(({ name }) => name.endsWith('.js'))!
    return code
      .replaceAll(/^import .*$/gm, '')
      .replaceAll(/^export (?=const|async)/gm, '')
      .replace(/^export \{.*$/m, '')
  }

  /** What the snippet hands to its library. */
  function optionsOf<Options extends object>(id: AuthJsSnippet): Options & { secret: string } {
    let options: Options | undefined
    const take = (given: Options) => {
      options = given
      return {}
    }
    new Function('NextAuth', codeOf(id, `${apps[id].origin}/api/auth/callback/vestibule`))(take)
    return { ...options!, secret, logger }
  }

  describe.each(['client_secret_basic', 'client_secret_post'])('with %s', (tokenEndpointAuthMethod) => {
    beforeAll(() => register({ tokenEndpointAuthMethod }))

    describe.each(['next-auth', 'auth-js'] as const)('%s', (id) => {
      test.each(people)('%s', async (_name, pass, expected) => {
        failures.length = 0
        const browser = openWebBrowser()
        const login = await beginSignIn(browser, apps[id], 'vestibule')
        expect(login.url.pathname, failures.join('\n')).toBe('/login')
        const back = await pass(login, browser)
        expect(back.url.href, failures.join('\n')).toBe(`${apps[id].origin}/welcome`)
        const session = (await browser.get(`${apps[id].origin}/api/auth/session`)).json()
        expect(session).toMatchObject({ user: expected })
        expect(failures).toEqual([])
      })
    })
  })

  type SignIn = {
    beginSignIn(): Promise<{ url: URL; checks: openidClient.AuthorizationCodeGrantChecks }>
    finishSignIn(
      currentUrl: URL,
      checks: openidClient.AuthorizationCodeGrantChecks,
    ): Promise<openidClient.UserInfoResponse>
  }

  const kinds: [string, () => Promise<Record<string, unknown>>][] = [
    ['client_secret_basic', async () => ({})],
    ['client_secret_post', async () => ({ tokenEndpointAuthMethod: 'client_secret_post' })],
    ['pushed requests', async () => ({ requirePar: true })],
    ['DPoP', async () => ({ requireDpop: true })],
    ['pushed requests and DPoP', async () => ({ requirePar: true, requireDpop: true })],
    ['a public application', async () => ({ type: 'public' })],
    ['a native application', async () => ({ type: 'native', redirectUrls: ['http://127.0.0.1/callback'] })],
    ['private_key_jwt', makeKey],
  ]

  /** A native application listens on whatever port is free. */
  const redirectUrl = () =>
    own.type === 'native'
      ? `${server.url.replace('localhost', '127.0.0.1')}/callback`
      : `${server.url}/application/callback`

  async function makeKey() {
    const pair = await generateKeyPair('ES256')
    privateKey = pair.privateKey
    const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), alg: 'ES256' }] }
    return { tokenEndpointAuthMethod: 'private_key_jwt', jwks }
  }

  describe.each(kinds)('openid-client, %s', (_kind, settings) => {
    beforeAll(async () => register(await settings()))

    test.each(people)('%s', async (_name, pass, expected) => {
      const code = codeOf('openid-client', redirectUrl())
      const run = new Function(
        'client',
        'privateKey',
        `return (async () => {${code}\nreturn { beginSignIn, finishSignIn } })()`,
      )
      const { beginSignIn, finishSignIn } = (await run(openidClient, privateKey)) as SignIn
      const { url, checks } = await beginSignIn()
      const browser = openWebBrowser()
      const back = (await pass(await browser.get(url), browser)).url
      expect(await finishSignIn(back, checks)).toMatchObject(expected)
      await expect(finishSignIn(back, { ...checks, expectedState: 'another' })).rejects.toThrow()
    })
  })
})
