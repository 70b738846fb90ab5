import { createHash, randomBytes } from 'node:crypto'
import { managementClient, type TestServer } from './describe-on-each-server.ts'
import { type Answer, type Browser, createBrowser, createClient } from './http-client.ts'

/** An application as the API answers it when it is made, as far as the tests look at it. */
export type MadeApplication = { id: string; clientId: string; clientSecret: string; product: string }

export const callbackUrl = 'https://app.acme.example/callback'

/** Makes an application through the API: a confidential one of the product `crm` unless told. */
export async function makeApplication(
  server: TestServer,
  more: Record<string, unknown> = {},
): Promise<MadeApplication> {
  const answer = await managementClient(server).post('/api/v1/applications', {
    json: { name: 'CRM', product: 'crm', type: 'confidential', redirectUrls: [callbackUrl], ...more },
  })
  if (answer.status !== 201) throw new Error(`the application was not made: ${answer.text}`)
  return answer.json<MadeApplication>()
}

/** One that a person could choose. */
export const password = 'seven green kettles in a boat'

/** A person of a tenant, which is made when it is not there, with a password. */
export async function makeUser(
  server: TestServer,
  tenant: string,
  email: string,
  more: Record<string, unknown> = {},
): Promise<{ id: string; email: string }> {
  const management = managementClient(server)
  await management.post('/api/v1/tenants', { json: { slug: tenant, name: tenant } })
  const answer = await management.post('/api/v1/users', { json: { tenant, email, password, ...more } })
  if (answer.status !== 201) throw new Error(`the user was not made: ${answer.text}`)
  return answer.json<{ id: string; email: string }>()
}

export type Verifier = { verifier: string; challenge: string }

export function mintVerifier(): Verifier {
  const verifier = randomBytes(32).toString('base64url')
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}

/** Parameters of an authorization request, with PKCE. */
export function requestOf(
  application: MadeApplication,
  { challenge }: Verifier,
  more: Record<string, string> = {},
): Record<string, string> {
  return {
    response_type: 'code',
    client_id: application.clientId,
    redirect_uri: callbackUrl,
    scope: 'openid email profile',
    state: 'state-1',
    nonce: 'nonce-1',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    ...more,
  }
}

/** Follows redirects on our own site; stops at a page, or at an address elsewhere. */
export async function follow(server: TestServer, browser: Browser, answer: Answer): Promise<Answer> {
  let current = answer
  for (let step = 0; step < 10; step++) {
    if (current.status !== 303 || current.location().origin !== new URL(server.url).origin) return current
    const { pathname, search } = current.location()
    current = await browser.get(pathname + search)
  }
  throw new Error('too many redirects')
}

export async function authorize(
  server: TestServer,
  parameters: Record<string, string>,
  browser = createBrowser(server.port),
): Promise<{ browser: Browser; answer: Answer }> {
  const answer = await browser.get(`/api/oauth/authorize?${new URLSearchParams(parameters)}`)
  return { browser, answer: await follow(server, browser, answer) }
}

/** What names the waiting request, as the form of a page of ours holds it. */
export function tokenOf(page: Answer): string {
  return /name="i" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
}

/** Types address and password into the login page, as a person does who has no JavaScript. */
export async function typePassword(
  server: TestServer,
  browser: Browser,
  page: Answer,
  email: string,
  typed = password,
): Promise<Answer> {
  const i = tokenOf(page)
  const asked = await browser.post('/login', { form: { i, email } })
  if (!/name="password"/.test(asked.text)) return asked
  const answer = await browser.post('/login', { form: { i: tokenOf(asked), email, password: typed } })
  return follow(server, browser, answer)
}

/** The whole way to a code, with a password. */
export async function signInWithPassword(
  server: TestServer,
  application: MadeApplication,
  email: string,
  more: Record<string, string> = {},
  browser = createBrowser(server.port),
): Promise<{ browser: Browser; url: URL; code: string; verifier: string }> {
  const pkce = mintVerifier()
  const begun = await authorize(server, requestOf(application, pkce, more), browser)
  const isPage = begun.answer.status === 200
  const answer = isPage ? await typePassword(server, browser, begun.answer, email) : begun.answer
  const url = answer.location()
  const code = url.searchParams.get('code')
  if (!code) throw new Error(`no code came: ${answer.status} ${url} ${answer.text}`)
  return { browser, url, code, verifier: pkce.verifier }
}

/** Asks the token endpoint as the application, its secret in the Authorization header. */
export function askTokens(
  server: TestServer,
  { clientId, clientSecret }: MadeApplication,
  form: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
  return createClient(server.port).post('/api/oauth/token', {
    form,
    headers: { authorization: `Basic ${basic}`, ...headers },
  })
}

export function redeemAt(
  server: TestServer,
  application: MadeApplication,
  { code, verifier }: { code: string; verifier: string },
  headers: Record<string, string> = {},
): Promise<Answer> {
  const form = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: callbackUrl,
    code_verifier: verifier,
  }
  return askTokens(server, application, form, headers)
}

export type Tokens = {
  access_token: string
  refresh_token?: string
  id_token?: string
  token_type: string
  scope: string
}
