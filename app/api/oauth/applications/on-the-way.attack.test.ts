import { beforeAll, describe, expect, test } from 'vitest'
import {
  authorize,
  callbackUrl,
  type MadeApplication,
  makeApplication,
  makeUser,
  mintVerifier,
  requestOf,
  signInWithPassword,
  tokenOf,
  typePassword,
} from '#server/testing/application.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { createBrowser } from '#server/testing/http-client.ts'
import { begin, finish, makeConnection } from '#server/testing/sign-in.ts'

const email = 'ada@acme.example'

describeOnEachServer('what changes while somebody is on the way to an application', (server) => {
  let application: MadeApplication
  beforeAll(async () => {
    application = await makeApplication(server)
    await makeUser(server, 'acme', email)
  })

  const withdraw = (made: MadeApplication) =>
    managementClient(server).send('PATCH', `/api/v1/applications/${made.id}`, {
      json: { redirectUrls: ['https://moved.acme.example/callback'] },
    })

  describe('a redirect URL that is taken away gets no code', () => {
    test('from our page', async () => {
      const made = await makeApplication(server)
      const { browser, answer } = await authorize(server, requestOf(made, mintVerifier(), { tenant: 'acme' }))
      await withdraw(made)
      const end = await typePassword(server, browser, answer, email)
      expect([end.status, end.headers.location]).toEqual([400, undefined])
    })

    test('from the identity provider', async () => {
      const made = await makeApplication(server)
      const connection = await makeConnection(server, 'globex')
      const begun = await begin(server, requestOf(made, mintVerifier(), { tenant: 'globex' }))
      await withdraw(made)
      const end = await finish(server, begun, connection.idp)
      expect([end.status, end.headers.location]).toEqual([400, undefined])
    })
  })

  test('a tenant that is gone lets nobody in, least of all somebody of another', async () => {
    await makeUser(server, 'doomed', 'somebody@doomed.example')
    const parameters = requestOf(application, mintVerifier(), { tenant: 'doomed' })
    const { browser, answer } = await authorize(server, parameters)
    await managementClient(server).send('DELETE', '/api/v1/tenants/doomed')
    const form = { i: tokenOf(answer), email, password: 'seven green kettles in a boat' }
    const end = await browser.post('/login', { form })
    expect([end.status, end.headers.location]).toEqual([400, undefined])
  })

  describe('a request posted by another site', () => {
    test('finds the session all the same', async () => {
      const { browser } = await signInWithPassword(server, application, email)
      const form = requestOf(application, mintVerifier(), { prompt: 'none' })
      const posted = await createBrowser(server.port).post('/api/oauth/authorize', { form })
      expect(posted.location().pathname).toBe('/api/oauth/authorize')
      const { pathname, search } = posted.location()
      const end = (await browser.get(pathname + search)).location()
      expect(end.origin + end.pathname).toBe(callbackUrl)
      expect(end.searchParams.get('code')).toBeTruthy()
    })

    test('that is too long for an address is answered as it came', async () => {
      const form = requestOf(application, mintVerifier(), { state: 's'.repeat(8000) })
      const posted = await createBrowser(server.port).post('/api/oauth/authorize', { form })
      expect(posted.location().pathname).toBe('/login')
    })
  })

  test('a request that nobody could keep is refused, on a page', async () => {
    const form = requestOf(application, mintVerifier(), {
      state: 's'.repeat(8192),
      nonce: 'n'.repeat(8192),
      login_hint: 'l'.repeat(8192),
    })
    const answer = await createBrowser(server.port).post('/api/oauth/authorize', { form })
    expect([answer.status, answer.headers.location]).toEqual([400, undefined])
  })
})
