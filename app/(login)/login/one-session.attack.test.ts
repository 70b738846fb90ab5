import { beforeAll, expect, test } from 'vitest'
import {
  authorize,
  type MadeApplication,
  makeApplication,
  makeUser,
  mintVerifier,
  requestOf,
  signInWithPassword,
  typePassword,
} from '#server/testing/application.ts'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { createBrowser } from '#server/testing/http-client.ts'
import { chooseAtProvider, comeBack, makeOidcConnection } from '#server/testing/oidc-sign-in.ts'

/** A session whose cookie is gone would go on unseen, and its applications with it: no sign-out reaches it any more. */
describeOnEachServer('a browser holds one session, whatever its tabs do', (server) => {
  let application: MadeApplication
  beforeAll(async () => {
    application = await makeApplication(server)
    await makeUser(server, 'acme', 'ada@acme.example')
    await makeUser(server, 'acme', 'bob@acme.example')
  })

  const liveSessions = async () => {
    const rows = await server.house.db.session.findMany({ where: { revokedAt: null } })
    return rows.map(({ profile }) => (profile as { email: string }).email)
  }

  test('somebody signs in at a page that was opened before another one did', async () => {
    const browser = createBrowser(server.port)
    const { answer } = await authorize(server, requestOf(application, mintVerifier()), browser)
    await signInWithPassword(server, application, 'ada@acme.example', {}, browser)
    expect(await liveSessions()).toEqual(['ada@acme.example'])
    const done = await typePassword(server, browser, answer, 'bob@acme.example')
    expect(done.location().searchParams.get('code')).toBeTruthy()
    expect(await liveSessions()).toEqual(['bob@acme.example'])
    await server.house.db.session.deleteMany()
  })

  test('somebody comes back from a provider they were sent to before another one signed in', async () => {
    await makeOidcConnection(server, 'globex')
    const browser = createBrowser(server.port)
    const parameters = new URLSearchParams(requestOf(application, mintVerifier(), { tenant: 'globex' }))
    const asked = (await browser.get(`/api/oauth/authorize?${parameters}`)).location()
    await signInWithPassword(server, application, 'ada@acme.example', {}, browser)
    const done = await comeBack(browser, await chooseAtProvider(server, { browser, asked }))
    expect(done.location().searchParams.get('code')).toBeTruthy()
    expect(await liveSessions()).toEqual(['engineer@globex.example'])
  })
})
