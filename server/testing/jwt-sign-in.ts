import { createHmac, randomUUID } from 'node:crypto'
import { managementClient, type TestServer } from './describe-on-each-server.ts'
import { type Answer, type Browser, createBrowser, createClient } from './http-client.ts'
import { authorizeParameters, redirectUrl } from './sign-in.ts'

/** A connection to a customer's page, with the secret it was told once. */
export type JwtConnection = {
  tenant: string
  product: string
  clientID: string
  clientSecret: string
  jwt: { ssoUrl: string; audience: string; secret: string }
}

/** Makes one through the API, and its tenant where there is none. Its page is that of the test identity provider. */
export async function makeJwtConnection(
  server: TestServer,
  tenant: string,
  more: Record<string, unknown> = {},
): Promise<JwtConnection> {
  await managementClient(server).post('/api/v1/tenants', { json: { slug: tenant, name: tenant } })
  const answer = await managementClient(server).post('/api/v1/connections', {
    json: {
      isJWT: true,
      tenant,
      product: 'crm',
      ssoUrl: `${server.url}/test-idp/${tenant}/jwt`,
      defaultRedirectUrl: redirectUrl,
      redirectUrl: [redirectUrl, 'http://localhost:3366/*'],
      ...more,
    },
  })
  if (answer.status !== 200) throw new Error(`the connection was not made: ${answer.text}`)
  return answer.json<JwtConnection>()
}

/** A browser on its way to the customer's page, where it was sent, and what the page reads there. */
export type JwtBegun = { browser: Browser; asked: URL; path: string; params: string | null }

export async function beginJwt(
  server: TestServer,
  connection: Pick<JwtConnection, 'tenant' | 'product'>,
  more: Record<string, string> = {},
): Promise<JwtBegun> {
  const browser = createBrowser(server.port)
  const parameters = new URLSearchParams(authorizeParameters(connection, more))
  const answer = await browser.get(`/api/oauth/authorize?${parameters}`)
  if (answer.status !== 303 || !answer.headers.location?.includes('return_to_path='))
    throw new Error(`authorize did not lead to the page: ${answer.status} ${answer.text}`)
  const asked = answer.location()
  const path = asked.searchParams.get('return_to_path')!
  return { browser, asked, path, params: asked.searchParams.get('return_to_params') }
}

/** A token as a customer's page would sign it, by hand. `claims` over the usual ones. */
export function signToken(
  server: TestServer,
  { jwt: { secret, audience } }: Pick<JwtConnection, 'jwt'>,
  claims: Record<string, unknown> = {},
): string {
  const iat = Math.floor(server.clock.now().getTime() / 1000)
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const data = { email: 'engineer@acme.example' }
  const jti = randomUUID()
  const payload = { data, iat, nbf: iat - 180, exp: iat + 300, aud: audience, jti, ...claims }
  const signed = `${encode({ typ: 'JWT', alg: 'HS512' })}.${encode(payload)}`
  return `${signed}.${createHmac('sha512', secret).update(signed).digest('base64url')}`
}

/** The browser comes back to where the page was told, as the document writes it. */
export function comeBack(
  { browser, path, params }: Pick<JwtBegun, 'browser' | 'path' | 'params'>,
  token: string,
): Promise<Answer> {
  return browser.get(`/${path}?sso_jwt=${token}${params ? `&${params}` : ''}`)
}

/** Where the test page sends somebody with a token: an address of ours. */
export async function chooseAtPage(
  server: TestServer,
  tenant: string,
  { path, params }: Pick<JwtBegun, 'path' | 'params'>,
  choice: { fault?: string; person?: string; attributes?: Record<string, string> } = {},
): Promise<Answer> {
  return createClient(server.port).post(`/test-idp/${tenant}/jwt/login`, {
    headers: { accept: 'application/json' },
    json: {
      return_to_path: path,
      ...(params !== null && { return_to_params: params }),
      person: 'engineer',
      ...choice,
    },
  })
}
