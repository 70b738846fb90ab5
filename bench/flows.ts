import { createHash, randomBytes } from 'node:crypto'
import { systemRandom } from '#lib/base/ids.ts'
import { mintTestResponse, people, readAuthnRequest } from '#lib/testing/idp/test-idp.ts'
import type { MeasuredServer } from './measured-server.ts'

/** One sign-in on its way from phase to phase: browser, identity provider and client are played here. */
export type SignIn = {
  world: World
  verifier: string
  cookies: Map<string, string>
  location: string
  page: string
  form: URLSearchParams
  code: string
  accessToken: string
  refreshToken: string
}

type Phase = {
  name: string
  /** After the sign-in: no part of its sum. */
  later?: boolean
  /** What is not measured. */
  prepare?(signIn: SignIn): void
  run(signIn: SignIn): Promise<void>
}

/** The ways people come in, with what each asks of the server. */
export const flows: { name: string; phases: Phase[] }[] = [
  {
    name: 'A connection as its own client, through SAML',
    phases: [
      { name: 'authorize', run: (signIn) => authorize(signIn, connectionClient) },
      { name: 'ACS', prepare: signResponse, run: answerFromIdp },
      { name: 'token', run: (signIn) => redeem(signIn, connectionCredentials) },
      { name: 'userinfo', run: readUserinfo },
    ],
  },
  {
    name: 'An application, through SAML',
    phases: [
      { name: 'authorize', run: (signIn) => authorize(signIn, { ...clientOf(signIn), tenant: 'acme' }) },
      { name: 'ACS', prepare: signResponse, run: answerFromIdp },
      { name: 'token', run: (signIn) => redeem(signIn, credentialsOf(signIn)) },
      { name: 'userinfo', run: readUserinfo },
      { name: 'silent sign-in', later: true, run: signInSilently },
      { name: 'refresh', later: true, run: refresh },
    ],
  },
  {
    name: 'An application, through SAML, with provisioning auto',
    phases: [
      { name: 'authorize', run: (signIn) => authorize(signIn, { ...clientOf(signIn), tenant: 'initech' }) },
      { name: 'ACS', prepare: signResponse, run: answerFromIdp },
      { name: 'token', run: (signIn) => redeem(signIn, credentialsOf(signIn)) },
      { name: 'userinfo', run: readUserinfo },
    ],
  },
  {
    name: 'An application, with a password',
    phases: [
      { name: 'authorize', run: (signIn) => authorize(signIn, { ...clientOf(signIn), tenant: 'globex' }) },
      { name: 'login page', run: openLoginPage },
      { name: 'address', run: (signIn) => sendLoginForm(signIn, 200) },
      { name: 'password', run: (signIn) => sendLoginForm(signIn, 303, { password }) },
      { name: 'token', run: (signIn) => redeem(signIn, credentialsOf(signIn)) },
      { name: 'userinfo', run: readUserinfo },
    ],
  },
]

type Client = { clientId: string; clientSecret: string }
type World = { server: MeasuredServer; application: Client }

const email = 'ada@globex.example'
const password = 'seven green kettles in a boat'

/**
 * Makes what the flows need beside the demo: an application of its product, somebody with a password, and a tenant whose
 * people are in the directory.
 */
export async function openFlows(server: MeasuredServer): Promise<{ newSignIn(): SignIn }> {
  const create = async (path: string, body: object, status = 201) => {
    const headers = { authorization: `Api-Key ${server.apiKey}`, 'content-type': 'application/json' }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    return (await expectStatus(status, fetch(`${server.url}/api/v1/${path}`, init))).json()
  }
  await create('tenants', { slug: 'globex', name: 'Globex' })
  await create('users', { tenant: 'globex', email, password })
  await create('tenants', { slug: 'initech', name: 'Initech' })
  const defaultRedirectUrl = redirectUri(server)
  const redirectUrls = [defaultRedirectUrl]
  const connection = { tenant: 'initech', product: 'demo', defaultRedirectUrl, redirectUrl: redirectUrls }
  const rawMetadata = await (await fetch(`${server.url}/test-idp/acme/metadata`)).text()
  await create('connections', { ...connection, rawMetadata, provisioning: 'auto' }, 200)
  const settings = { name: 'Bench', product: 'demo', type: 'confidential', redirectUrls }
  const application = (await create('applications', settings)) as Client
  const world = { server, application }
  return {
    newSignIn: () => ({
      world,
      verifier: randomBytes(32).toString('base64url'),
      cookies: new Map(),
      location: '',
      page: '',
      form: new URLSearchParams(),
      code: '',
      accessToken: '',
      refreshToken: '',
    }),
  }
}

const redirectUri = ({ url }: Pick<MeasuredServer, 'url'>) => `${url}/demo/callback`

const connectionClient = { client_id: 'tenant=acme&product=demo', scope: 'openid' }
const connectionCredentials = { client_id: connectionClient.client_id, client_secret: 'dummy' }

const clientOf = ({ world }: SignIn) => ({
  client_id: world.application.clientId,
  scope: 'openid email profile offline_access',
})

/** By Basic, as applications do unless told otherwise. */
function credentialsOf({ world: { application } }: SignIn): { authorization: string } {
  const { clientId, clientSecret } = application
  return { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` }
}

async function authorize(signIn: SignIn, client: Record<string, string>): Promise<void> {
  const { server } = signIn.world
  const query = new URLSearchParams({
    response_type: 'code',
    redirect_uri: redirectUri(server),
    state: 'state',
    nonce: 'nonce',
    code_challenge: createHash('sha256').update(signIn.verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...client,
  })
  await browse(signIn, 303, `/api/oauth/authorize?${query}`)
}

/** A freshly signed response for this sign-in, as the identity provider would post it. */
function signResponse(signIn: SignIn): void {
  const sent = new URL(signIn.location).searchParams
  const SAMLResponse = mintTestResponse({
    idp: signIn.world.server.idp,
    request: readAuthnRequest(sent.get('SAMLRequest')!, 'redirect'),
    person: people('acme')[0]!,
    now: new Date(),
    random: systemRandom,
  })
  signIn.form = new URLSearchParams({ SAMLResponse, RelayState: sent.get('RelayState')! })
}

async function answerFromIdp(signIn: SignIn): Promise<void> {
  await browse(signIn, 303, '/api/oauth/saml', signIn.form)
  takeCode(signIn)
}

async function openLoginPage(signIn: SignIn): Promise<void> {
  await browse(signIn, 200, signIn.location)
}

async function sendLoginForm(
  signIn: SignIn,
  status: number,
  more: Record<string, string> = {},
): Promise<void> {
  const i = /name="i" value="([^"]+)"/.exec(signIn.page)![1]!
  await browse(signIn, status, '/login', new URLSearchParams({ i, email, ...more }))
  if (status === 303) takeCode(signIn)
}

async function signInSilently(signIn: SignIn): Promise<void> {
  await authorize(signIn, { ...clientOf(signIn), prompt: 'none' })
  takeCode(signIn)
}

function takeCode(signIn: SignIn): void {
  const code = new URL(signIn.location).searchParams.get('code')
  if (!code) throw new Error(`no code came: ${signIn.location}`)
  signIn.code = code
}

type Credentials = { client_id: string; client_secret: string } | { authorization: string }

async function redeem(signIn: SignIn, credentials: Credentials): Promise<void> {
  await requestTokens(signIn, credentials, {
    grant_type: 'authorization_code',
    code: signIn.code,
    redirect_uri: redirectUri(signIn.world.server),
    code_verifier: signIn.verifier,
  })
}

async function refresh(signIn: SignIn): Promise<void> {
  const { refreshToken } = signIn
  const grant = { grant_type: 'refresh_token', refresh_token: refreshToken }
  await requestTokens(signIn, credentialsOf(signIn), grant)
}

async function requestTokens(
  signIn: SignIn,
  credentials: Credentials,
  grant: Record<string, string>,
): Promise<void> {
  const inHeader = 'authorization' in credentials
  const body = new URLSearchParams({ ...grant, ...(!inHeader && credentials) })
  const init = { method: 'POST', headers: inHeader ? credentials : {}, body }
  const answer = await expectStatus(200, fetch(`${signIn.world.server.url}/api/oauth/token`, init))
  const tokens = (await answer.json()) as { access_token: string; refresh_token?: string }
  signIn.accessToken = tokens.access_token
  signIn.refreshToken = tokens.refresh_token ?? ''
}

async function readUserinfo({ world, accessToken }: SignIn): Promise<void> {
  const headers = { authorization: `Bearer ${accessToken}` }
  const answer = await expectStatus(200, fetch(`${world.server.url}/api/oauth/userinfo`, { headers }))
  await answer.json()
}

/** A request of the browser: with its cookies, and without following where the answer leads. */
async function browse(signIn: SignIn, status: number, path: string, body?: URLSearchParams): Promise<void> {
  const cookie = [...signIn.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const { url } = signIn.world.server
  const init = { redirect: 'manual', headers: { cookie }, ...(body && { method: 'POST', body }) } as const
  const answer = await expectStatus(status, fetch(new URL(path, url), init))
  signIn.page = await answer.text()
  signIn.location = answer.headers.get('location') ?? ''
  for (const line of answer.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
    signIn.cookies.set(name, value)
  }
}

async function expectStatus(status: number, sent: Promise<Response>): Promise<Response> {
  const answer = await sent
  if (answer.status !== status)
    throw new Error(`expected ${status}, got ${answer.status}: ${await answer.text()}`)
  return answer
}
