import { beforeAll, describe, expect, test } from 'vitest'
import {
  authorizeUrl,
  goToApplication,
  makeApplication,
  makePerson,
  obtainCode,
  obtainTokens,
  type Parameters,
  redeemCode,
  type TestApplication,
  type TestPerson,
} from '#server/testing/applications.ts'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { createBrowser, createClient } from '#server/testing/http-client.ts'
import { openWebBrowser } from '#server/testing/web-browser.ts'

const registered = 'https://app.acme.example/callback'

describeOnEachServer('redirect URLs of applications', (server) => {
  let person: TestPerson

  beforeAll(async () => {
    person = await makePerson(server, 'acme')
  })

  const ask = (application: TestApplication, more: Parameters) => {
    const { pathname, search } = authorizeUrl(server, application, {
      tenant: 'acme',
      prompt: 'none',
      ...more,
    })
    return createClient(server.port).get(pathname + search)
  }

  /** Nobody is signed in, so an allowed address is answered with an error, and any other one with a page. */
  async function isAllowed(application: TestApplication, redirect_uri: string): Promise<boolean> {
    const answer = await ask(application, { redirect_uri })
    if (answer.status === 303) {
      expect(answer.headers.location?.startsWith(redirect_uri)).toBe(true)
      expect(answer.location().searchParams.get('error')).toBe('login_required')
      return true
    }
    expect(answer.status).toBe(400)
    expect(answer.headers).not.toHaveProperty('location')
    expect(answer.headers['content-type']).toMatch(/^text\/html/)
    return false
  }

  describe('match exactly', () => {
    let application: TestApplication
    beforeAll(async () => {
      application = await makeApplication(server, { redirectUrls: [registered] })
    })

    test('the registered one is allowed', async () => {
      expect(await isAllowed(application, registered)).toBe(true)
    })

    test.each([
      `${registered}/`,
      `${registered}/more`,
      `${registered}?a=b`,
      `${registered}?`,
      `${registered}#`,
      `${registered}#f`,
      'https://app.acme.example/callbac',
      'https://app.acme.example/callbacK',
      'https://APP.acme.example/callback',
      'https://app.acme.example:443/callback',
      'https://app.acme.example:8443/callback',
      'http://app.acme.example/callback',
      'https://app.acme.example./callback',
      'https://app.acme.example/x/../callback',
      'https://app.acme.example/./callback',
      'https://app.acme.example/%63allback',
      'https://app.acme.example//callback',
      'https://app.acme.example/callback%20',
      ' https://app.acme.example/callback',
      'https://person@app.acme.example/callback',
      'https://app.acme.example@evil.example/callback',
      'https://app.acme.example.evil.example/callback',
      'https://evil.example/https://app.acme.example/callback',
      'https:app.acme.example/callback',
      'https:\\\\app.acme.example\\callback',
      '//app.acme.example/callback',
      '/callback',
      'javascript:alert(1)',
      'data:text/html,x',
      '',
    ])('%j is not', async (redirect_uri) => {
      expect(await isAllowed(application, redirect_uri)).toBe(false)
    })

    test('two of them are a mistake, and none is guessed', async () => {
      const url = authorizeUrl(server, application, { tenant: 'acme', prompt: 'none' })
      url.searchParams.append('redirect_uri', 'https://evil.example/')
      const twice = await createClient(server.port).get(url.pathname + url.search)
      expect(twice.status).toBe(400)
      expect(twice.headers).not.toHaveProperty('location')
    })

    test('an application cannot use those of another', async () => {
      const other = await makeApplication(server, { redirectUrls: ['https://other.example/callback'] })
      expect(await isAllowed(other, registered)).toBe(false)
    })

    test('an unknown client gets a page, whatever it names', async () => {
      const answer = await ask({ ...application, clientId: 'vc_of-nobody' }, {})
      expect(answer.status).toBe(400)
      expect(answer.headers).not.toHaveProperty('location')
    })

    test('what is wrong with a request before its redirect URL is known shows a page', async () => {
      const wrong = {
        redirect_uri: 'https://evil.example/',
        response_type: 'token',
        response_mode: 'form_post',
      }
      const answer = await ask(application, wrong)
      expect(answer.status).toBe(400)
      expect(answer.text).not.toContain('action="https://evil.example')
    })
  })

  describe('* stands for a path suffix', () => {
    let application: TestApplication
    beforeAll(async () => {
      application = await makeApplication(server, { redirectUrls: ['https://app.acme.example/sso/*'] })
    })

    test.each(['https://app.acme.example/sso/', 'https://app.acme.example/sso/a/b?c=d'])(
      '%s is allowed',
      async (redirect_uri) => expect(await isAllowed(application, redirect_uri)).toBe(true),
    )

    test.each([
      'https://app.acme.example/sso',
      'https://app.acme.example/ssox',
      'https://app.acme.example/sso/../other',
      'https://app.acme.example/sso/%2e%2e/other',
      'https://app.acme.example/sso/..%2fother',
      'https://app.acme.example.evil.example/sso/',
      'https://evil.example/sso/',
      'https://app.acme.example/sso/*',
    ])('%s is not', async (redirect_uri) => expect(await isAllowed(application, redirect_uri)).toBe(false))
  })

  describe('* stands for one host label', () => {
    let application: TestApplication
    beforeAll(async () => {
      application = await makeApplication(server, { redirectUrls: ['https://*.acme.example/callback'] })
    })

    test('https://one.acme.example/callback is allowed', async () => {
      expect(await isAllowed(application, 'https://one.acme.example/callback')).toBe(true)
    })

    test.each([
      'https://acme.example/callback',
      'https://.acme.example/callback',
      'https://one.two.acme.example/callback',
      'https://evil.example/.acme.example/callback',
      'https://evil.example?.acme.example/callback',
      'https://evil.example#.acme.example/callback',
      'https://evil.example\\.acme.example/callback',
      'https://evilacme.example/callback',
      'https://one.acme.example.evil.example/callback',
      'https://one.acme.example/callback/more',
      'http://one.acme.example/callback',
    ])('%s is not', async (redirect_uri) => expect(await isAllowed(application, redirect_uri)).toBe(false))
  })

  describe('native applications', () => {
    test('a loopback address has any port, and the same path', async () => {
      const native = await makeApplication(server, {
        type: 'native',
        redirectUrls: ['http://127.0.0.1/callback', 'com.acme.reports:/callback'],
      })
      expect(await isAllowed(native, 'http://127.0.0.1:51004/callback')).toBe(true)
      expect(await isAllowed(native, 'com.acme.reports:/callback')).toBe(true)
      expect(await isAllowed(native, 'http://127.0.0.1:51004/other')).toBe(false)
      expect(await isAllowed(native, 'http://127.0.0.2:51004/callback')).toBe(false)
      expect(await isAllowed(native, 'http://localhost:51004/callback')).toBe(false)
      expect(await isAllowed(native, 'com.acme.reports:/other')).toBe(false)
    })
  })

  test('the code of one redirect URL is not redeemed with another', async () => {
    const redirectUrls = [`${server.url}/application/one`, `${server.url}/application/two`]
    const application = await makeApplication(server, { redirectUrls })
    const wrong = [redirectUrls[1], `${redirectUrls[0]}/`, undefined]
    for (const redirect_uri of wrong) {
      const code = await obtainCode(server, application, person)
      const answer = await redeemCode(server, application, code, { redirect_uri })
      expect(answer.status, String(redirect_uri)).toBe(400)
    }
  })

  describe('after logout', () => {
    test.each([
      'https://app.acme.example/bye/',
      'https://app.acme.example/bye?x',
      'https://app.acme.example/by',
      'https://evil.example/bye',
      'javascript:alert(1)',
    ])('%s is not gone to', async (post_logout_redirect_uri) => {
      const application = await makeApplication(server, {
        postLogoutRedirectUrls: ['https://app.acme.example/bye'],
      })
      const browser = openWebBrowser()
      const { id_token } = await obtainTokens(server, application, person, browser)
      const url = new URL('/api/oauth/logout', server.url)
      url.search = new URLSearchParams({ id_token_hint: id_token, post_logout_redirect_uri }).toString()
      const page = await browser.get(url)
      expect(page.url.origin).toBe(server.url)
      expect(page.status).toBe(400)
    })
  })

  describe('303 after POST', () => {
    test('of the authorization request', async () => {
      const application = await makeApplication(server)
      const { pathname, searchParams } = authorizeUrl(server, application, { tenant: 'acme' })
      const answer = await createBrowser(server.port).post(pathname, { form: searchParams })
      expect(answer.status).toBe(303)
    })

    test('of the password, which the application is not posted', async () => {
      const application = await makeApplication(server)
      const statuses: [string, number][] = []
      const browser = openWebBrowser((step) => void statuses.push([step.method, step.status]))
      const page = await goToApplication(server, application, person, {}, browser)
      expect(page.url.pathname).toBe('/application/callback')
      const afterPost = statuses.filter(([method, status]) => method === 'POST' && status >= 300)
      expect(afterPost.length).toBeGreaterThan(0)
      expect(afterPost.every(([, status]) => status === 303)).toBe(true)
    })
  })
})
