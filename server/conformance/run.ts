import * as oauth from 'oauth4webapi'
import { expect } from 'vitest'
import type { Question } from '#server/testing/applications.ts'
import { openWebBrowser, type Visit, type WebBrowser } from '#server/testing/web-browser.ts'
import type { Bench } from './bench.ts'
import type { Arrival } from './relying-party.ts'
import type { ClientMetadata, RegisteredClient } from './target.ts'

/** Parameters of a request; one that is undefined is left out. */
export type Parameters = Record<string, string | undefined>

/** Where a browser ended that went to the provider. */
export type Walk = {
  /** What the person was asked on the way, and the pages that asked. */
  asked: Question[]
  pages: Visit[]
  /** The last page: the application's when it was answered, else the provider's. */
  page: Visit
  /** What came to the application at the end. */
  arrival: Arrival | undefined
}

/** An authorization request and where it ended. */
export type Ending = Walk & { sent: Parameters }

export type Tokens = {
  access_token: string
  refresh_token: string | undefined
  id_token: string
  claims: oauth.IDToken
  header: Record<string, unknown>
  code: string
}

/** A client of its own at the provider, and a browser that has never been there: what each module begins with. */
export type Run = {
  bench: Bench
  metadata: ClientMetadata
  client: oauth.Client
  application: RegisteredClient
  authentication: oauth.ClientAuth
  browser: WebBrowser
}

export async function openRun(
  bench: Bench,
  { browser = openWebBrowser(), ...more }: Partial<ClientMetadata> & { browser?: WebBrowser } = {},
): Promise<Run> {
  const base = `${bench.relyingParty.origin}/${oauth.generateRandomState()}`
  const metadata: ClientMetadata = {
    redirect_uris: [`${base}/callback`],
    post_logout_redirect_uris: [`${base}/post_logout_redirect`],
    token_endpoint_auth_method: 'client_secret_basic',
    ...more,
  }
  const application = await bench.target.registerClient(metadata)
  const authenticate = {
    client_secret_basic: oauth.ClientSecretBasic,
    client_secret_post: oauth.ClientSecretPost,
  }[metadata.token_endpoint_auth_method]
  const client = { client_id: application.client_id }
  const authentication = authenticate(application.client_secret)
  return { bench, metadata, client, application, authentication, browser }
}

export const redirectUri = ({ metadata }: Run) => metadata.redirect_uris[0]!
export const postLogoutRedirectUri = ({ metadata }: Run) => metadata.post_logout_redirect_uris[0]!

/** An authorization request with `more`, from the application to where it ends; the person agrees to everything. */
export async function authorize(run: Run, more: Parameters = {}): Promise<Ending> {
  return send(run, authorizationRequest(run, more))
}

/** The same for a request that is written already. */
export async function send(run: Run, sent: Parameters): Promise<Ending> {
  const begin = () => run.browser.get(authorizationUrl(run, sent))
  return { sent, ...(await walk(run, begin, redirectUri(run))) }
}

export function authorizationRequest({ bench, client, metadata }: Run, more: Parameters): Parameters {
  return {
    client_id: client.client_id,
    redirect_uri: metadata.redirect_uris[0],
    response_type: 'code',
    ...(bench.responseMode === 'form_post' && { response_mode: 'form_post' }),
    scope: 'openid',
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    ...more,
  }
}

export function authorizationUrl({ bench }: Run, sent: Parameters): URL {
  const url = new URL(bench.server.authorization_endpoint!)
  url.search = new URLSearchParams(definedOf(sent)).toString()
  return url
}

/** From the provider's first page, which `begin` asks for, to an address of the application or where else it ends. */
export async function walk(run: Run, begin: () => Promise<Visit>, destination: string): Promise<Walk> {
  const { target, relyingParty } = run.bench
  const { pathname } = new URL(destination)
  const before = relyingParty.arrivals(pathname).length
  const asked: Question[] = []
  const pages: Visit[] = []
  let page = await begin()
  for (let question = target.questionOf(page); question; question = target.questionOf(page)) {
    if (asked.length === 6) throw new Error(`the provider asks without end: ${asked}`)
    asked.push(question)
    pages.push(page)
    page = await target.answer(question, page, run.browser)
  }
  if (page.text.includes(`action="${destination}"`)) page = await run.browser.submit(page)
  return { asked, pages, page, arrival: relyingParty.arrivals(pathname)[before] }
}

/** What the application received, as it had asked for it: in the query, or as a form. Checked for `state` and `iss`. */
export function readAnswer({ bench, client }: Run, { sent, arrival, page }: Ending): URLSearchParams {
  if (!arrival)
    throw new Error(
      `no answer came; the last page was ${page.url} (${page.status}): ${page.text.slice(0, 600)}`,
    )
  const [received, unused] =
    sent.response_mode === 'form_post' ? [arrival.form, arrival.query] : [arrival.query, arrival.form]
  expect([...unused.keys()]).toEqual([])
  expect(arrival.method).toBe(sent.response_mode === 'form_post' ? 'POST' : 'GET')
  if (arrival.method === 'POST')
    expect(arrival.contentType).toMatch(/^application\/x-www-form-urlencoded(;|$)/)
  return oauth.validateAuthResponse(bench.server, client, received, sent.state ?? oauth.expectNoState)
}

/** The error the application received, with everything it must and must not hold (RFC 6749 §4.1.2.1). */
export function readError(run: Run, ending: Ending): { error: string; description: string | undefined } {
  try {
    readAnswer(run, ending)
  } catch (error) {
    if (!(error instanceof oauth.AuthorizationResponseError)) throw error
    const names = [...error.cause.keys()].filter((name) => !errorMembers.includes(name))
    expect(names).toEqual([])
    expect(error.error_description ?? '').toMatch(/^[\x20-\x21\x23-\x5B\x5D-\x7E]*$/)
    return { error: error.error, description: error.error_description }
  }
  throw new Error('the request was answered with a code')
}

const errorMembers = ['error', 'error_description', 'error_uri', 'state', 'iss']

/** Redeems the code of an answered request; the ID token and its signature are verified. */
export async function redeem(run: Run, ending: Ending, verifier?: string): Promise<Tokens> {
  const parameters = readAnswer(run, ending)
  const response = await requestTokens(run, parameters, verifier)
  expect(response.headers.get('content-type')).toMatch(/^application\/json(;|$)/)
  expect(response.headers.get('cache-control')).toContain('no-store')
  const { sent } = ending
  const result = await oauth.processAuthorizationCodeResponse(run.bench.server, run.client, response, {
    expectedNonce: sent.nonce ?? oauth.expectNoNonce,
    requireIdToken: true,
    ...(sent.max_age !== undefined && { maxAge: Number(sent.max_age) }),
  })
  await oauth.validateApplicationLevelSignature(run.bench.server, response, http)
  return { ...tokensOf(run, result), code: parameters.get('code')! }
}

/** The token request for the code of `parameters`, whatever comes of it. */
export function requestTokens(run: Run, parameters: URLSearchParams, verifier?: string): Promise<Response> {
  const { bench, client, authentication } = run
  return oauth.authorizationCodeGrantRequest(
    bench.server,
    client,
    authentication,
    parameters,
    redirectUri(run),
    verifier ?? oauth.nopkce,
    http,
  )
}

/** Uses a refresh token; the ID token that comes with the answer is verified. */
export async function refresh(run: Run, refreshToken: string): Promise<Omit<Tokens, 'code'>> {
  const { bench, client, authentication } = run
  const response = await oauth.refreshTokenGrantRequest(
    bench.server,
    client,
    authentication,
    refreshToken,
    http,
  )
  const result = await oauth.processRefreshTokenResponse(bench.server, client, response)
  await oauth.validateApplicationLevelSignature(bench.server, response, http)
  return tokensOf(run, result)
}

function tokensOf({ bench, client }: Run, result: oauth.TokenEndpointResponse): Omit<Tokens, 'code'> {
  const claims = oauth.getValidatedIdTokenClaims(result)!
  const header = JSON.parse(Buffer.from(result.id_token!.split('.')[0]!, 'base64url').toString())
  expect(header.alg).toBe('RS256')
  expect(claims.iss).toBe(bench.server.issuer)
  expect([claims.aud].flat()).toEqual([client.client_id])
  expect(claims.exp).toBeGreaterThan(claims.iat)
  expect(claims.sub).toMatch(/^[\x21-\x7E]{1,255}$/)
  expect(result.token_type.toLowerCase()).toBe('bearer')
  const { access_token, refresh_token, id_token } = result
  return { access_token, refresh_token, id_token: id_token!, claims, header }
}

/** The claims of userinfo, which must be those of the ID token's subject (OpenID Connect Core §5.3.2). */
export async function readUserinfo(
  run: Run,
  { access_token, claims }: Omit<Tokens, 'code'>,
): Promise<oauth.UserInfoResponse> {
  const { server } = run.bench
  const response = await oauth.userInfoRequest(server, run.client, access_token, http)
  return oauth.processUserInfoResponse(server, run.client, claims.sub, response)
}

/** From an authorization request with `more` to its tokens. */
export async function signIn(run: Run, more: Parameters = {}): Promise<Tokens> {
  return redeem(run, await authorize(run, more))
}

/** What every request over plain HTTP on loopback needs. */
export const http = { [oauth.allowInsecureRequests]: true }

export function definedOf(parameters: Parameters): Record<string, string> {
  const defined = Object.entries(parameters).filter(([, value]) => value !== undefined)
  return Object.fromEntries(defined) as Record<string, string>
}
