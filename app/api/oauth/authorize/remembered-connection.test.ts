import { expect, test } from 'vitest'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { createBrowser } from '#server/testing/http-client.ts'
import { createIdentityProvider } from '#server/testing/identity-provider.ts'
import { authorizeParameters, begin, finish, makeConnection } from '#server/testing/sign-in.ts'

describeOnEachServer('several connections of one tenant and product', (server) => {
  const authorize = (browser: ReturnType<typeof createBrowser>, more: Record<string, string> = {}) =>
    browser.get(
      `/api/oauth/authorize?${new URLSearchParams(authorizeParameters({ tenant: 'acme', product: 'crm' }, more))}`,
    )

  test('the one that worked is gone to next time, until the person wants to choose again', async () => {
    await makeConnection(server, 'acme', { name: 'First' })
    const other = createIdentityProvider('acme', 'other.example')
    const second = await makeConnection(server, 'acme', { name: 'Second' }, other)
    const browser = createBrowser(server.port)
    expect((await authorize(browser)).location().pathname).toBe('/idp/select')

    const chosen = authorizeParameters(second, { idp_hint: second.clientID })
    const abandoned = await begin(server, chosen, browser)
    expect((await authorize(browser)).location().pathname).toBe('/idp/select')

    await finish(server, abandoned, other)
    expect((await authorize(browser)).location().host).toBe('other.example')
    const again = await authorize(browser, { prompt: 'select_account' })
    expect(again.location().pathname).toBe('/idp/select')
    expect((await authorize(createBrowser(server.port))).location().pathname).toBe('/idp/select')
  })

  test('a name in the cookie that is no connection of theirs leads nowhere', async () => {
    const stranger = await makeConnection(server, 'globex')
    const browser = createBrowser(server.port)
    browser.cookies.set('vestibule-connections', `${stranger.clientID}.nothing.<script>`)
    expect((await authorize(browser)).location().pathname).toBe('/idp/select')
  })
})
