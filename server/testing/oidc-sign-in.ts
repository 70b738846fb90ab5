import { managementClient, type TestServer } from './describe-on-each-server.ts'
import { type Answer, type Browser, createBrowser, createClient } from './http-client.ts'
import { authorizeParameters, redirectUrl } from './sign-in.ts'

/** A connection to the OpenID side of the test identity provider of its tenant. */
export type OidcConnection = { tenant: string; product: string; clientID: string; clientSecret: string }

export const upstreamSecret = 'the-upstream-secret-nobody-may-see'

/** Makes one through the API, and its tenant where there is none. */
export async function makeOidcConnection(
  server: TestServer,
  tenant: string,
  more: Record<string, unknown> = {},
): Promise<OidcConnection> {
  await managementClient(server).post('/api/v1/tenants', { json: { slug: tenant, name: tenant } })
  const answer = await managementClient(server).post('/api/v1/connections', {
    json: {
      tenant,
      product: 'crm',
      oidcDiscoveryUrl: `${server.url}/test-idp/${tenant}/oidc/.well-known/openid-configuration`,
      oidcClientId: 'client of acme',
      oidcClientSecret: upstreamSecret,
      defaultRedirectUrl: redirectUrl,
      redirectUrl,
      ...more,
    },
  })
  if (answer.status !== 200) throw new Error(`the connection was not made: ${answer.text}`)
  return answer.json<OidcConnection>()
}

/** A browser on its way to the provider, and where it was sent. */
export type OidcBegun = { browser: Browser; asked: URL }

export async function beginOidc(
  server: TestServer,
  connection: OidcConnection,
  more: Record<string, string> = {},
): Promise<OidcBegun> {
  const browser = createBrowser(server.port)
  const parameters = new URLSearchParams(authorizeParameters(connection, more))
  const answer = await browser.get(`/api/oauth/authorize?${parameters}`)
  if (answer.status !== 303)
    throw new Error(`authorize did not lead to the provider: ${answer.status} ${answer.text}`)
  return { browser, asked: answer.location() }
}

/** What the provider answers, as parameters for the redirect URI. */
export async function chooseAtProvider(
  server: TestServer,
  { asked }: OidcBegun,
  fault = '',
  person = 'engineer',
): Promise<URLSearchParams> {
  const answer = await createClient(server.port).post(asked.pathname.replace(/authorize$/, 'login'), {
    headers: { accept: 'application/json' },
    form: { ...Object.fromEntries(asked.searchParams), person, fault },
  })
  if (answer.status !== 200) throw new Error(`the provider signed nobody in: ${answer.text}`)
  return new URLSearchParams(answer.json<{ parameters: Record<string, string> }>().parameters)
}

/** The browser comes back to the redirect URI. */
export function comeBack(browser: Browser, parameters: URLSearchParams): Promise<Answer> {
  return browser.get(`/api/oauth/oidc?${parameters}`)
}

/** The whole way, with what a fault does to it. Returns where the browser is sent at last. */
export async function signInByOidc(
  server: TestServer,
  connection: OidcConnection,
  fault = '',
): Promise<{ url: URL; begun: OidcBegun; parameters: URLSearchParams }> {
  const begun = await beginOidc(server, connection)
  const parameters = await chooseAtProvider(server, begun, fault)
  const answer = await comeBack(begun.browser, parameters)
  if (answer.status !== 303) throw new Error(`the sign-in did not end: ${answer.status} ${answer.text}`)
  return { url: answer.location(), begun, parameters }
}
