import { createHash } from 'node:crypto'
import { UnsecuredJWT } from 'jose'
import * as oauth from 'oauth4webapi'
import { expect } from 'vitest'
import type { Bench } from './bench.ts'
import {
  authorizationRequest,
  authorize,
  definedOf,
  type Ending,
  http,
  openRun,
  type Parameters,
  type Run,
  readError,
  readUserinfo,
  redeem,
  redirectUri,
  refresh,
  requestTokens,
  send,
  signIn,
  type Tokens,
  walk,
} from './run.ts'
import type { ClaimScope } from './target.ts'

export type Module = (bench: Bench) => Promise<unknown>

/**
 * The modules of the plan "Basic Certification Profile", by their names. Where the foundation asks a person to look at
 * a screenshot, the module asks what the page was for.
 */
export const basicModules: Record<string, Module> = {
  'oidcc-server': async (bench) => {
    const run = await openRun(bench)
    const ending = await authorize(run)
    expect(ending.asked).toContain('sign-in')
    const tokens = await redeem(run, ending)
    expect(tokens.claims.nonce).toBe(ending.sent.nonce)
    if (tokens.claims.at_hash) expect(tokens.claims.at_hash).toBe(leftHalfOfHash(tokens.access_token))
    if (tokens.claims.azp) expect(tokens.claims.azp).toBe(run.client.client_id)
  },

  'oidcc-response-type-missing': async (bench) => {
    const run = await openRun(bench)
    const request = { response_type: undefined, response_mode: undefined }
    const ending = await authorize(run, request)
    if (!ending.arrival) return expectErrorPage(run, ending)
    expect(['invalid_request', 'unsupported_response_type']).toContain(readError(run, ending).error)
  },

  'oidcc-idtoken-signature': async (bench) => {
    const { header } = await signIn(await openRun(bench))
    expect(header).toMatchObject({ alg: 'RS256', kid: expect.stringMatching(/./) })
  },

  /** Servers need not offer it (OpenID Connect Core §15.1), and none here does. */
  'oidcc-idtoken-unsigned': async (bench) => {
    expect(bench.server.id_token_signing_alg_values_supported).not.toContain('none')
    const { id_token } = await signIn(await openRun(bench), { id_token_signed_response_alg: 'none' })
    expect(id_token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]{300,}$/)
  },

  'oidcc-userinfo-get': async (bench) => {
    const run = await openRun(bench)
    await expectUserinfo(run, await signIn(run), (url, token) =>
      fetch(url, { headers: { authorization: `Bearer ${token}` } }),
    )
  },

  'oidcc-userinfo-post-header': async (bench) => {
    const run = await openRun(bench)
    await expectUserinfo(run, await signIn(run), (url, token) =>
      fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}` } }),
    )
  },

  'oidcc-userinfo-post-body': async (bench) => {
    const run = await openRun(bench)
    await expectUserinfo(run, await signIn(run), (url, token) =>
      fetch(url, { method: 'POST', body: new URLSearchParams({ access_token: token }) }),
    )
  },

  'oidcc-ensure-request-without-nonce-succeeds-for-code-flow': async (bench) => {
    const { claims } = await signIn(await openRun(bench), { nonce: undefined })
    expect(claims).not.toHaveProperty('nonce')
  },

  'oidcc-scope-profile': (bench) => expectClaimsOf(bench, ['profile']),
  'oidcc-scope-email': (bench) => expectClaimsOf(bench, ['email']),
  'oidcc-scope-address': (bench) => expectClaimsOf(bench, ['address']),
  'oidcc-scope-phone': (bench) => expectClaimsOf(bench, ['phone']),
  'oidcc-scope-all': (bench) => expectClaimsOf(bench, ['address', 'email', 'phone', 'profile']),

  'oidcc-ensure-other-scope-order-succeeds': async (bench) => {
    const run = await openRun(bench)
    expect(await readUserinfo(run, await signIn(run, { scope: 'email openid' }))).toHaveProperty('email')
  },

  /** Scope and parameters in the reverse of the usual order (RFC 6749 §3.3). */
  'oidcc-alternate-happy-flow': async (bench) => {
    const run = await openRun(bench)
    const usual = authorizationRequest(run, { scope: 'email openid' })
    const sent = Object.fromEntries(Object.entries(usual).toReversed())
    expect(await readUserinfo(run, await redeem(run, await send(run, sent)))).toHaveProperty('email')
  },

  'oidcc-display-page': (bench) => expectSuccess(bench, { display: 'page' }),
  'oidcc-display-popup': (bench) => expectSuccess(bench, { display: 'popup' }),

  'oidcc-prompt-login': async (bench) => {
    const { first, second, ending } = await signInTwice(bench, { prompt: 'login' })
    expect(ending.asked).toContain('sign-in')
    expect(second.claims.sub).toBe(first.claims.sub)
    if (first.claims.auth_time && second.claims.auth_time)
      expect(second.claims.auth_time).toBeGreaterThan(first.claims.auth_time)
  },

  'oidcc-prompt-none-not-logged-in': async (bench) => {
    const run = await openRun(bench)
    const ending = await authorize(run, { prompt: 'none' })
    expect(ending.asked).toEqual([])
    expect(readError(run, ending).error).toBe('login_required')
  },

  'oidcc-prompt-none-logged-in': async (bench) => {
    expectSameSignIn(await signInTwice(bench, { prompt: 'none' }))
  },

  'oidcc-max-age-1': async (bench) => {
    const { first, second, ending } = await signInTwice(bench, { max_age: '1' })
    expect(ending.asked).toContain('sign-in')
    expect(second.claims.auth_time).toEqual(expect.any(Number))
    expect(second.claims.auth_time).toBeGreaterThan(first.claims.auth_time ?? 0)
    expect(second.claims.iat - second.claims.auth_time!).toBeLessThanOrEqual(1)
  },

  'oidcc-max-age-10000': async (bench) => {
    const twice = await signInTwice(bench, { max_age: '10000' })
    expectSameSignIn(twice)
    expect(twice.second.claims.auth_time).toEqual(expect.any(Number))
  },

  'oidcc-ensure-request-with-unknown-parameter-succeeds': (bench) =>
    expectSuccess(bench, { extra: 'foobar' }),

  'oidcc-id-token-hint': async (bench) => {
    const run = await openRun(bench)
    const first = await signIn(run)
    bench.passTime(2)
    const ending = await authorize(run, { prompt: 'none', id_token_hint: first.id_token })
    expectSameSignIn({ first, second: await redeem(run, ending), ending })
  },

  'oidcc-login-hint': async (bench) => {
    const { pages } = await expectSuccess(bench, { login_hint: bench.target.person.login })
    expect(pages[0]?.text).toContain(bench.target.person.login)
  },

  'oidcc-ui-locales': (bench) => expectSuccess(bench, { ui_locales: 'se' }),
  'oidcc-claims-locales': (bench) => expectSuccess(bench, { claims_locales: 'se' }),

  /** The ID token names a class of those asked for when the provider declares any, which it should (§5.5.1.1). */
  'oidcc-ensure-request-with-acr-values-succeeds': async (bench) => {
    const declared = bench.server.acr_values_supported
    const { claims } = await signIn(await openRun(bench), { acr_values: declared?.join(' ') ?? '1 2' })
    if (declared) expect(declared).toContain(claims.acr)
  },

  'oidcc-codereuse': async (bench) => {
    const run = await openRun(bench)
    const tokens = await signIn(run)
    await expectInvalidGrant(await requestTokensAgain(run, tokens))
  },

  'oidcc-codereuse-30seconds': async (bench) => {
    const run = await openRun(bench)
    const tokens = await signIn(run)
    bench.passTime(30)
    expect(await readUserinfo(run, tokens)).toHaveProperty('sub')
    await expectInvalidGrant(await requestTokensAgain(run, tokens))
    const refused = await oauth.userInfoRequest(bench.server, run.client, tokens.access_token, http)
    expect(refused.status).toBe(401)
    expect(refused.headers.get('www-authenticate')).toContain('invalid_token')
  },

  'oidcc-ensure-registered-redirect-uri': async (bench) => {
    const run = await openRun(bench)
    expectErrorPage(run, await authorize(run, { redirect_uri: `${redirectUri(run)}/elsewhere` }))
  },

  /** As a form of another site, which the application's is. */
  'oidcc-ensure-post-request-succeeds': async (bench) => {
    const run = await openRun(bench)
    const sent = authorizationRequest(run, {})
    const form = bench.relyingParty.offerForm(bench.server.authorization_endpoint!, definedOf(sent))
    const page = await run.browser.get(form)
    const walked = await walk(run, () => run.browser.submit(page), redirectUri(run))
    await redeem(run, { sent, ...walked })
  },

  'oidcc-server-client-secret-post': async (bench) => {
    expect(bench.server.token_endpoint_auth_methods_supported).toContain('client_secret_post')
    await signIn(await openRun(bench, { token_endpoint_auth_method: 'client_secret_post' }))
  },

  'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported': async (bench) => {
    const run = await openRun(bench)
    expect(bench.server.request_uri_parameter_supported).toBe(false)
    const request_uri = `${bench.relyingParty.origin}/request.jwt`
    expect(readError(run, await authorize(run, { request_uri })).error).toBe('request_uri_not_supported')
    expect(bench.relyingParty.arrivals('/request.jwt')).toEqual([])
  },

  'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported': async (bench) => {
    const run = await openRun(bench)
    expect(bench.server.request_parameter_supported ?? false).toBe(false)
    const request = requestObject(authorizationRequest(run, {}))
    expect(readError(run, await authorize(run, { request })).error).toBe('request_not_supported')
  },

  'oidcc-claims-essential': async (bench) => {
    expect(bench.server.claims_parameter_supported).toBe(true)
    const run = await openRun(bench)
    const claims = JSON.stringify({ userinfo: { name: { essential: true } } })
    const tokens = await signIn(run, { claims })
    expect((await readUserinfo(run, tokens)).name).toBe(bench.target.person.claims.profile.name)
    expect(tokens.claims).not.toHaveProperty('name')
  },

  /** The registered redirect URL stands in the request object alone, which is not looked into. */
  'oidcc-ensure-request-object-with-redirect-uri': async (bench) => {
    const run = await openRun(bench)
    const request = requestObject(authorizationRequest(run, {}))
    const ending = await authorize(run, { request, redirect_uri: `${redirectUri(run)}/elsewhere` })
    expectErrorPage(run, ending)
  },

  'oidcc-refresh-token': async (bench) => {
    expect(bench.server.grant_types_supported).toContain('refresh_token')
    const own = await openRun(bench)
    await expectRefresh(own, await signIn(own, offline))
    const other = await openRun(bench, { browser: own.browser })
    const foreign = await expectRefresh(other, await signIn(other, offline))
    const { server } = bench
    const answer = await oauth.refreshTokenGrantRequest(server, own.client, own.authentication, foreign, http)
    await expectInvalidGrant(answer)
  },

  'oidcc-ensure-request-with-valid-pkce-succeeds': async (bench) => {
    const run = await openRun(bench)
    const verifier = oauth.generateRandomCodeVerifier()
    const code_challenge = await oauth.calculatePKCECodeChallenge(verifier)
    const ending = await authorize(run, { code_challenge, code_challenge_method: 'S256' })
    await redeem(run, ending, verifier)
  },
}

/** OpenID Connect Core §11: consent is asked for, whatever was agreed to before. */
const offline = { scope: 'openid offline_access', prompt: 'consent' }

async function expectSuccess(bench: Bench, more: Parameters): Promise<Ending> {
  const run = await openRun(bench)
  const ending = await authorize(run, more)
  expect(ending.asked).toContain('sign-in')
  await redeem(run, ending)
  return ending
}

type Twice = { first: Tokens; second: Tokens; ending: Ending }

/** In one browser, two seconds apart: once as usual, once with `more`. */
async function signInTwice(bench: Bench, more: Parameters): Promise<Twice> {
  const run = await openRun(bench)
  const first = await signIn(run)
  bench.passTime(2)
  const ending = await authorize(run, more)
  return { first, second: await redeem(run, ending), ending }
}

function expectSameSignIn({ first, second, ending }: Twice): void {
  expect(ending.asked).toEqual([])
  expect(second.claims.sub).toBe(first.claims.sub)
  if (first.claims.auth_time && second.claims.auth_time)
    expect(second.claims.auth_time).toBe(first.claims.auth_time)
}

/** The provider keeps the browser and says that something is wrong. */
function expectErrorPage({ bench }: Run, { page, arrival, asked }: Ending): void {
  expect(arrival).toBeUndefined()
  expect(asked).toEqual([])
  expect(page.url.origin).toBe(bench.target.issuer.origin)
  expect(page.status).toBeGreaterThanOrEqual(400)
  expect(page.status).toBeLessThan(500)
  expect(page.headers.get('content-type')).toMatch(/^text\/html/)
}

async function expectUserinfo(
  { bench, client }: Run,
  { access_token, claims }: Tokens,
  ask: (url: string, token: string) => Promise<Response>,
): Promise<void> {
  const response = await ask(bench.server.userinfo_endpoint!, access_token)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toMatch(/^application\/json(;|$)/)
  const userinfo = await oauth.processUserInfoResponse(bench.server, client, claims.sub, response)
  expectStandardClaims(userinfo)
}

/** Userinfo has every claim of these scopes, as the person's are, and none of the others (Core §5.4). */
async function expectClaimsOf(bench: Bench, scopes: ClaimScope[]): Promise<void> {
  expect(bench.server.scopes_supported).toEqual(expect.arrayContaining(['openid', ...scopes]))
  const run = await openRun(bench)
  const userinfo = await readUserinfo(run, await signIn(run, { scope: ['openid', ...scopes].join(' ') }))
  expectStandardClaims(userinfo)
  const known = scopes.map((scope) => bench.target.person.claims[scope])
  expect(userinfo).toMatchObject(Object.assign({}, ...known))
  const names = scopes.flatMap((scope) => claimsOfScope[scope])
  expect(
    Object.keys(userinfo)
      .filter((name) => standardClaims.includes(name))
      .sort(),
  ).toEqual(names.sort())
}

/** OpenID Connect Core §5.4. */
const claimsOfScope: Record<ClaimScope, string[]> = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
}
const standardClaims = Object.values(claimsOfScope).flat()

/** Types and forms of what is there (OpenID Connect Core §5.1); nothing is null or empty. */
function expectStandardClaims(userinfo: oauth.UserInfoResponse): void {
  const flags = ['email_verified', 'phone_number_verified']
  for (const [name, value] of Object.entries(userinfo).filter(([name]) => standardClaims.includes(name))) {
    if (flags.includes(name)) expect(value, name).toEqual(expect.any(Boolean))
    else if (name === 'updated_at') expect(value, name).toSatisfy(isPositiveInteger)
    else if (name === 'address') expect(Object.values(value as object), name).toSatisfy(areFilledStrings)
    else expect([value], name).toSatisfy(areFilledStrings)
  }
  expect(userinfo.sub).toMatch(/./)
  if (userinfo.birthdate) expect(userinfo.birthdate).toMatch(/^(\d{4}|0000)(-\d{2}-\d{2})?$/)
}

const isPositiveInteger = (value: unknown) => Number.isSafeInteger(value) && Number(value) > 0
const areFilledStrings = (values: unknown[]) =>
  values.length > 0 && values.every((value) => typeof value === 'string' && value !== '')

function requestTokensAgain(run: Run, { code }: Tokens): Promise<Response> {
  const { bench, client } = run
  const parameters = oauth.validateAuthResponse(
    { ...bench.server, authorization_response_iss_parameter_supported: false },
    client,
    new URLSearchParams({ code }),
    oauth.skipStateCheck,
  )
  return requestTokens(run, parameters)
}

/** RFC 6749 §5.2. */
async function expectInvalidGrant(answer: Response): Promise<void> {
  expect(answer.status).toBe(400)
  expect(answer.headers.get('content-type')).toMatch(/^application\/json(;|$)/)
  const { error, error_description, ...rest } = (await answer.json()) as Record<string, string>
  expect(error).toBe('invalid_grant')
  expect(error_description ?? '').toMatch(/^[\x20-\x21\x23-\x5B\x5D-\x7E]*$/)
  expect(Object.keys(rest).filter((name) => name !== 'error_uri')).toEqual([])
}

/** A refresh token works, and what comes of it tells of the same sign-in (Core §12.2). Returns the newest. */
async function expectRefresh(run: Run, first: Tokens): Promise<string> {
  expect(first.refresh_token).toMatch(/^[\x20-\x7E]+$/)
  run.bench.passTime(2)
  const second = await refresh(run, first.refresh_token!)
  expect(second.access_token).not.toBe(first.access_token)
  expect(second.claims).toMatchObject({ iss: first.claims.iss, sub: first.claims.sub, aud: first.claims.aud })
  expect(second.claims.iat).toBeGreaterThan(first.claims.iat)
  expect(second.claims.auth_time).toBe(first.claims.auth_time)
  if (second.claims.nonce) expect(second.claims.nonce).toBe(first.claims.nonce)
  expect(second.claims.azp).toBe(first.claims.azp)
  expect(await readUserinfo(run, second)).toHaveProperty('sub')
  return second.refresh_token ?? first.refresh_token!
}

function requestObject(sent: Parameters): string {
  const { client_id, ...others } = definedOf(sent)
  return new UnsecuredJWT({ client_id, ...others }).setIssuer(client_id!).encode()
}

function leftHalfOfHash(token: string): string {
  return createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url')
}
