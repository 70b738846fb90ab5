import { beforeAll, expect, test } from 'vitest'
import {
  type MadeApplication,
  makeApplication,
  mintVerifier,
  redeemAt,
  requestOf,
  type Tokens,
} from '#server/testing/application.ts'
import { describeOnEachServer, managementClient } from '#server/testing/describe-on-each-server.ts'
import { createBrowser, createClient } from '#server/testing/http-client.ts'
import { createIdentityProvider } from '#server/testing/identity-provider.ts'
import { chooseAtProvider, comeBack, makeOidcConnection } from '#server/testing/oidc-sign-in.ts'
import { begin, finish, makeConnection } from '#server/testing/sign-in.ts'

/**
 * Applications let people into their accounts by an address they believe to be verified. Each customer runs its own
 * provider, which can say of any address in the world that it is: it is believed for the customer's own domains.
 */
describeOnEachServer('whose addresses are told as verified', (server) => {
  let application: MadeApplication
  beforeAll(async () => {
    application = await makeApplication(server)
  })

  async function claimDomain(tenant: string, domain: string): Promise<void> {
    await managementClient(server).post('/api/v1/tenants', { json: { slug: tenant, name: tenant } })
    const claimed = await managementClient(server).post(`/api/v1/tenants/${tenant}/domains`, {
      json: { domain, vouched: true },
    })
    expect(claimed.status, claimed.text).toBe(201)
  }

  /** What the application is told of somebody whose provider calls the address verified, as the test provider does. */
  async function tell(tenant: string): Promise<Record<string, unknown>> {
    const pkce = mintVerifier()
    const browser = createBrowser(server.port)
    const parameters = new URLSearchParams(requestOf(application, pkce, { tenant }))
    const asked = (await browser.get(`/api/oauth/authorize?${parameters}`)).location()
    const back = await comeBack(browser, await chooseAtProvider(server, { browser, asked }))
    return tellOf(back.location().searchParams.get('code') ?? '', pkce.verifier)
  }

  async function tellOf(code: string, verifier: string): Promise<Record<string, unknown>> {
    const redeemed = await redeemAt(server, application, { code, verifier })
    expect(redeemed.status, redeemed.text).toBe(200)
    const headers = { authorization: `Bearer ${redeemed.json<Tokens>().access_token}` }
    return (await createClient(server.port).get('/api/oauth/userinfo', { headers })).json()
  }

  test('not those of a domain nobody has proven', async () => {
    await makeOidcConnection(server, 'stranger')
    expect(await tell('stranger')).toMatchObject({
      email: 'engineer@stranger.example',
      email_verified: false,
    })
  })

  test('not those of another company’s domain', async () => {
    await claimDomain('victim', 'thief.example')
    await makeOidcConnection(server, 'thief')
    expect(await tell('thief')).toMatchObject({ email: 'engineer@thief.example', email_verified: false })
  })

  test('those of the company’s own domain', async () => {
    await claimDomain('acme', 'acme.example')
    await makeOidcConnection(server, 'acme')
    expect(await tell('acme')).toMatchObject({ email: 'engineer@acme.example', email_verified: true })
  })

  test('those of a connection whose addresses are trusted', async () => {
    await makeOidcConnection(server, 'trusted', { trustEmail: true })
    expect(await tell('trusted')).toMatchObject({ email: 'engineer@trusted.example', email_verified: true })
  })

  test('by SAML, those of the company’s own domain alone', async () => {
    const signIn = async (tenant: string) => {
      const connection = await makeConnection(server, tenant)
      const pkce = mintVerifier()
      const begun = await begin(server, requestOf(application, pkce, { tenant }))
      const code = (await finish(server, begun, connection.idp)).location().searchParams.get('code') ?? ''
      return tellOf(code, pkce.verifier)
    }
    expect(await signIn('foreign')).toMatchObject({ email_verified: false })
    await claimDomain('own', createIdentityProvider('own').person.email.split('@')[1]!)
    expect(await signIn('own')).toMatchObject({ email_verified: true })
  })

  test('not one that was taken from another claim than the one that is verified', async () => {
    await claimDomain('mapped', 'mapped.example')
    await makeOidcConnection(server, 'mapped', { attributeMap: { email: 'sub' } })
    expect(await tell('mapped')).toMatchObject({ email_verified: false })
  })
})
