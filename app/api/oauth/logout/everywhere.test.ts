import { expect, test } from 'vitest'
import { inflateSamlMessage } from '#lib/saml/xml.ts'
import { authorize, makeApplication, mintVerifier, requestOf } from '#server/testing/application.ts'
import { describeOnEachServer } from '#server/testing/describe-on-each-server.ts'
import { createBrowser } from '#server/testing/http-client.ts'
import { createIdentityProvider } from '#server/testing/identity-provider.ts'
import { begin, finish, makeConnection } from '#server/testing/sign-in.ts'

const logoutService =
  '<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.acme.example/slo"/>'

describeOnEachServer('signing out at the identity provider as well', (server) => {
  const signIn = async (tenant: string, metadata: (xml: string) => string) => {
    const application = await makeApplication(server)
    const idp = createIdentityProvider(tenant)
    await makeConnection(server, tenant, { name: 'Okta', rawMetadata: metadata(idp.metadata()) }, idp)
    const browser = createBrowser(server.port)
    const begun = await begin(server, requestOf(application, mintVerifier(), { tenant }), browser)
    await finish(server, begun, idp)
    const silently = async () => {
      const asked = requestOf(application, mintVerifier(), { tenant, prompt: 'none' })
      return (await authorize(server, asked, browser)).answer.location().searchParams.get('error')
    }
    return { browser, silently }
  }

  test('is offered where the identity provider takes part, and leads there with the session’s name', async () => {
    const withLogout = (xml: string) =>
      xml.replace('<md:SingleSignOnService', `${logoutService}<md:SingleSignOnService`)
    const { browser, silently } = await signIn('acme', withLogout)
    expect(await silently()).toBeNull()
    const question = await browser.get('/api/oauth/logout')
    expect(question.text).toContain('Sign out of Okta too')
    const confirmation = /name="confirmation" value="([^"]+)"/.exec(question.text)![1]!
    const answer = await browser.post('/api/oauth/logout', { form: { confirmation, answer: 'everywhere' } })
    const target = answer.location()
    expect(target.origin + target.pathname).toBe('https://idp.acme.example/slo')
    const request = inflateSamlMessage(target.searchParams.get('SAMLRequest')!)
    expect(String(request)).toMatch(/<samlp:LogoutRequest[\s\S]*<saml:NameID/)
    expect(await silently()).toBe('login_required')
  })

  test('is not offered where it does not', async () => {
    const { browser, silently } = await signIn('globex', (xml) => xml)
    const question = await browser.get('/api/oauth/logout')
    expect(question.text).not.toContain('too</button>')
    const confirmation = /name="confirmation" value="([^"]+)"/.exec(question.text)![1]!
    const answer = await browser.post('/api/oauth/logout', { form: { confirmation, answer: 'everywhere' } })
    expect(answer.text).toContain('You are signed out')
    expect(await silently()).toBe('login_required')
  })
})
