import { createHash } from 'node:crypto'
import { managementClient, type TestServer } from './describe-on-each-server.ts'
import { type Answer, createClient } from './http-client.ts'
import { openWebBrowser, type Visit, type WebBrowser } from './web-browser.ts'

/** A person of a tenant's directory. */
export type TestPerson = { id: string; tenant: string; email: string; password: string }

/** An application as the API answers it, as far as the tests look at it, and the first of its redirect URLs. */
export type TestApplication = {
  id: string
  clientId: string
  clientSecret: string
  tokenEndpointAuthMethod: string
  redirectUrl: string
}

export type Parameters = Record<string, string | undefined>

/** What a page asks of the person in front of it. */
export type Question = 'sign-in' | 'consent' | 'logout'

export async function makePerson(
  server: TestServer,
  tenant: string,
  more: Record<string, unknown> = {},
): Promise<TestPerson> {
  const input = { email: `ada@${tenant}.example`, password: 'notes on the analytical engine', ...more }
  await managementClient(server).post('/api/v1/tenants', { json: { slug: tenant, name: tenant } })
  const made = await create(server, '/api/v1/users', { tenant, ...input })
  return { id: String(made.id), tenant, email: String(made.email), password: input.password }
}

/** A confidential application with a redirect URL at the server itself, where nothing answers. */
export async function makeApplication(
  server: TestServer,
  more: Record<string, unknown> = {},
): Promise<TestApplication> {
  const redirectUrls = [`${server.url}/application/callback`]
  const made = await create(server, '/api/v1/applications', {
    name: 'Reports',
    product: 'reports',
    type: 'confidential',
    redirectUrls,
    ...more,
  })
  return { ...(made as TestApplication), redirectUrl: (made.redirectUrls as string[])[0]! }
}

/** A tenant whose people sign in at the built-in identity provider, known by the domain of their addresses. */
export async function connectTestIdp(
  server: TestServer,
  tenant: string,
  product = 'reports',
): Promise<{ clientID: string }> {
  const management = managementClient(server)
  await management.post('/api/v1/tenants', { json: { slug: tenant, name: tenant } })
  await create(server, `/api/v1/tenants/${tenant}/domains`, { domain: `${tenant}.example`, vouched: true })
  const callback = `${server.url}/application/callback`
  const metadataUrl = `${server.url}/test-idp/${tenant}/metadata`
  const answer = await management.post('/api/v1/connections', {
    json: { tenant, product, metadataUrl, defaultRedirectUrl: callback, redirectUrl: callback },
  })
  if (answer.status !== 200) throw new Error(`the connection was not made: ${answer.text}`)
  return answer.json()
}

async function create(
  server: TestServer,
  path: string,
  json: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const answer = await managementClient(server).post(path, { json })
  if (answer.status !== 201) throw new Error(`${path} answered ${answer.status}: ${answer.text}`)
  return answer.json()
}

/** Null when a page asks nothing: an error, "you are signed out", or the application's own. */
export function questionOf(server: Pick<TestServer, 'url'>, { url, text }: Visit): Question | null {
  if (url.origin !== server.url || !text.includes('<form')) return null
  if (/name="(email|password)"/.test(text)) return 'sign-in'
  if (text.includes('name="decision"')) return 'consent'
  return url.pathname === '/api/oauth/logout' ? 'logout' : null
}

/** Answers a page as the person does who agrees. */
export function answerPage(
  { email, password }: Pick<TestPerson, 'email' | 'password'>,
  question: Question,
  page: Visit,
  browser: WebBrowser,
): Promise<Visit> {
  if (question === 'consent') return browser.submit(page, { decision: 'allow' })
  if (question === 'logout') return browser.submit(page, { answer: 'leave' })
  return browser.submit(page, page.text.includes('name="password"') ? { password } : { email })
}

export const verifier = 'a-verifier-of-the-application-0123456789-0123456789'
export const challengeOf = (text: string) => createHash('sha256').update(text).digest('base64url')

/** Of an authorization request; one that is undefined is left out. */
export function authorizeUrl(
  server: TestServer,
  { clientId, redirectUrl }: TestApplication,
  more: Parameters = {},
): URL {
  const parameters = {
    client_id: clientId,
    redirect_uri: redirectUrl,
    response_type: 'code',
    scope: 'openid',
    state: 'state-1',
    code_challenge: challengeOf(verifier),
    code_challenge_method: 'S256',
    ...more,
  }
  const url = new URL('/api/oauth/authorize', server.url)
  for (const [name, value] of Object.entries(parameters))
    if (value !== undefined) url.searchParams.append(name, value)
  return url
}

/** The whole way to the application, or to the page where it ends instead. */
export async function goToApplication(
  server: TestServer,
  application: TestApplication,
  person: TestPerson,
  more: Parameters = {},
  browser = openWebBrowser(),
): Promise<Visit> {
  const parameters = { tenant: person.tenant, ...more }
  return goOn(server, person, await browser.get(authorizeUrl(server, application, parameters)), browser)
}

/** From a page of ours to the first that asks the person nothing. */
export async function goOn(
  server: Pick<TestServer, 'url'>,
  person: Pick<TestPerson, 'email' | 'password'>,
  from: Visit,
  browser: WebBrowser,
): Promise<Visit> {
  let page = from
  for (let step = 0; step < 5; step++) {
    const question = questionOf(server, page)
    if (!question) return page
    page = await answerPage(person, question, page, browser)
  }
  throw new Error(`there are more and more questions, at last at ${page.url}`)
}

/** From the page of the built-in identity provider, as its first person, to where that leads. */
export async function passTestIdp(page: Visit, browser: WebBrowser): Promise<Visit> {
  return browser.submit(await browser.submit(page, { person: 'engineer' }))
}

/** The whole way to a code. */
export async function obtainCode(
  server: TestServer,
  application: TestApplication,
  person: TestPerson,
  more: Parameters = {},
  browser = openWebBrowser(),
): Promise<string> {
  const page = await goToApplication(server, application, person, more, browser)
  const code = page.url.searchParams.get('code')
  if (!code) throw new Error(`no code came: ${page.url} (${page.status}) ${page.text.slice(0, 600)}`)
  return code
}

/** RFC 6749 §2.3.1, with nothing that would need encoding. */
export const basic = ({ clientId, clientSecret }: Pick<TestApplication, 'clientId' | 'clientSecret'>) => ({
  authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
})

/** A token request of the application, which proves itself by Basic. */
export function requestTokens(
  server: TestServer,
  application: TestApplication,
  form: Parameters,
): Promise<Answer> {
  const sent = Object.entries(form).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return createClient(server.port).post('/api/oauth/token', {
    headers: basic(application),
    form: new URLSearchParams(sent),
  })
}

export function redeemCode(
  server: TestServer,
  application: TestApplication,
  code: string,
  more: Parameters = {},
): Promise<Answer> {
  const { redirectUrl } = application
  return requestTokens(server, application, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: redirectUrl,
    code_verifier: verifier,
    ...more,
  })
}

export function spendRefreshToken(
  server: TestServer,
  application: TestApplication,
  refresh_token: string,
): Promise<Answer> {
  return requestTokens(server, application, { grant_type: 'refresh_token', refresh_token })
}

export type TestTokens = { access_token: string; refresh_token: string; id_token: string }

/** The whole way to tokens, a refresh token among them. */
export async function obtainTokens(
  server: TestServer,
  application: TestApplication,
  person: TestPerson,
  browser = openWebBrowser(),
): Promise<TestTokens> {
  const more = { scope: 'openid offline_access', prompt: 'consent' }
  const code = await obtainCode(server, application, person, more, browser)
  const answer = await redeemCode(server, application, code)
  if (answer.status !== 200) throw new Error(`no tokens came: ${answer.status} ${answer.text}`)
  return answer.json<TestTokens>()
}

export async function userinfoStatus(server: TestServer, accessToken: string): Promise<number> {
  const headers = { authorization: `Bearer ${accessToken}` }
  return (await createClient(server.port).get('/api/oauth/userinfo', { headers })).status
}
