import { readAuthnRequest } from '#lib/testing/idp/read-authn-request.ts'
import type { MintInput } from '#lib/testing/idp/test-idp.ts'
import { managementClient, type TestServer } from './describe-on-each-server.ts'
import { type Answer, type Browser, createBrowser, createClient } from './http-client.ts'
import { createIdentityProvider, type IdentityProvider } from './identity-provider.ts'

/** A connection as the API answers it, as far as the tests look at it. */
export type MadeConnection = {
  clientID: string
  clientSecret: string
  tenant: string
  product: string
  idp: IdentityProvider
}

export const redirectUrl = 'https://app.acme.example/callback'

/** Makes a connection with an identity provider of its own, through the API. */
export async function makeConnection(
  server: TestServer,
  tenant: string,
  more: Record<string, unknown> = {},
  idp = createIdentityProvider(tenant),
): Promise<MadeConnection> {
  const answer = await managementClient(server).post('/api/v1/connections', {
    json: {
      tenant,
      product: 'crm',
      rawMetadata: idp.metadata(),
      defaultRedirectUrl: redirectUrl,
      redirectUrl: [redirectUrl, 'http://localhost:3366/*'],
      ...more,
    },
  })
  if (answer.status !== 200) throw new Error(`the connection was not made: ${answer.text}`)
  return { ...answer.json<MadeConnection>(), idp }
}

export type Parameters = Record<string, string>

/** Parameters of an authorization request for a connection by its tenant and product. */
export function authorizeParameters(
  connection: Pick<MadeConnection, 'tenant' | 'product'>,
  more: Parameters = {},
) {
  const { tenant, product } = connection
  return {
    response_type: 'code',
    client_id: 'dummy',
    tenant,
    product,
    redirect_uri: redirectUrl,
    state: 'state-1',
    ...more,
  } as Parameters
}

/** What the identity provider receives when the browser follows the answer of authorize. */
export type Begun = {
  answer: Answer
  browser: Browser
  relayState: string
  request: { id: string; issuer: string; acsUrl: string; forceAuthn: boolean }
}

export async function begin(
  server: TestServer,
  parameters: Parameters | URLSearchParams,
  browser = createBrowser(server.port),
): Promise<Begun> {
  const answer = await browser.get(`/api/oauth/authorize?${new URLSearchParams(parameters)}`)
  const target = answer.location()
  const samlRequest = target.searchParams.get('SAMLRequest')
  if (answer.status !== 303 || !samlRequest)
    throw new Error(
      `authorize did not lead to the identity provider: ${answer.status} ${target} ${answer.text}`,
    )
  const request = readAuthnRequest(samlRequest, 'redirect')
  return { answer, browser, relayState: target.searchParams.get('RelayState') ?? '', request }
}

/** Posts the identity provider's answer to where the request asked for it. */
export async function finish(
  server: TestServer,
  begun: Begun,
  idp: IdentityProvider,
  more: Partial<Omit<MintInput, 'idp' | 'request'>> = {},
): Promise<Answer> {
  const SAMLResponse = idp.answer(begun.request, server.clock.now(), more)
  return postAnswer(begun, SAMLResponse)
}

export function postAnswer(begun: Begun, SAMLResponse: string, browser = begun.browser): Promise<Answer> {
  const { pathname } = new URL(begun.request.acsUrl)
  return browser.post(pathname, { form: { SAMLResponse, RelayState: begun.relayState } })
}

/** The whole way to a code. Returns the address the application is called at. */
export async function signIn(
  server: TestServer,
  connection: MadeConnection,
  more: Parameters = {},
): Promise<{ url: URL; code: string }> {
  const begun = await begin(server, authorizeParameters(connection, more))
  const answer = await finish(server, begun, connection.idp)
  const url = answer.location()
  const code = url.searchParams.get('code')
  if (!code) throw new Error(`no code came: ${answer.status} ${url} ${answer.text}`)
  return { url, code }
}

/** Redeems a code the way Polis documents it, by tenant and product. */
export function redeem(
  server: TestServer,
  connection: Pick<MadeConnection, 'tenant' | 'product'>,
  code: string,
  more: Parameters = {},
): Promise<Answer> {
  const { tenant, product } = connection
  return createClient(server.port).post('/api/oauth/token', {
    form: {
      grant_type: 'authorization_code',
      client_id: new URLSearchParams({ tenant, product }).toString(),
      client_secret: 'dummy',
      redirect_uri: redirectUrl,
      code,
      ...more,
    },
  })
}

export type TraceItem = {
  id: string
  tenant: string
  outcome: string
  purpose: string
  cause: string | null
  sentence: string
  checks: { name: string; ok: boolean; expected?: string; received?: string }[]
}

/** The newest trace, as an admin finds it. */
export async function newestTrace(server: TestServer, query = ''): Promise<TraceItem> {
  const answer = await managementClient(server).get(`/api/v1/traces?limit=1&${query}`)
  return answer.json<{ data: TraceItem[] }>().data[0]!
}
