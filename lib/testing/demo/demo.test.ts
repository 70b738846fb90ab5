import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { secondsAfter } from '#lib/base/clock.ts'
import { sha256 } from '#lib/base/encoding.ts'
import { VestibuleError } from '#lib/base/errors.ts'
import type { SafeFetch, SafeFetchAnswer } from '#lib/http/safe-fetch.ts'
import { type ProtocolServer, startProtocolServer } from '#server/testing/start-protocol-server.ts'
import { answerDemo } from './answer-demo.ts'
import { type DemoBrowser, openDemoBrowser } from './demo-browser.ts'
import { finishSignIn } from './finish-sign-in.ts'
import { findPendingSignIn, keepPendingSignIn } from './pending-sign-in.ts'

const cookie = 'vestibule-demo'
let server: ProtocolServer
let folder: string
let browser: DemoBrowser
let site: { id: string; name: string; issuer: string }

async function start(env: Record<string, string>): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'vestibule-demo-'))
  server = await startProtocolServer({ DATA_DIR: folder, ...env })
  site = await server.house.organizations(server.house.config.publicHost)
}

async function stop(): Promise<void> {
  await server.close()
  await rm(folder, { recursive: true, force: true })
}

/** Whether the code in this address was redeemed. */
async function isRedeemed(callback: URL): Promise<boolean> {
  const codeHash = sha256(callback.searchParams.get('code')!)
  return (await server.house.db.grant.findUniqueOrThrow({ where: { codeHash } })).codeUsedAt !== null
}

function change(address: URL, parameters: Record<string, string | null>): string {
  const changed = new URL(address)
  for (const [name, value] of Object.entries(parameters))
    value === null ? changed.searchParams.delete(name) : changed.searchParams.set(name, value)
  return changed.href
}

describe('the demo', () => {
  beforeAll(() => start({ DEMO: '1' }))
  afterAll(stop)

  /** A browser that has come to the callback and not yet loaded it. */
  async function comeToCallback(choices: Record<string, string> = {}): Promise<URL> {
    browser = openDemoBrowser(server.url)
    return browser.signIn(choices)
  }

  /** The same step inside the process, with a part of the house exchanged. */
  function finishHere(callback: URL, exchanged: Partial<typeof server.house>) {
    return finishSignIn({ ...server.house, ...exchanged }, site, { url: callback, cookies: browser.cookies })
  }

  test('begins on a page with one button, two other ways and the portal', async () => {
    const page = await openDemoBrowser(server.url).send('/demo')
    expect(page.status).toBe(200)
    expect(page.text.match(/class="button"/g)).toHaveLength(1)
    expect(page.text).toContain('href="/demo/sign-in">Sign in with SAML<')
    expect(page.text).toContain('href="/demo/sign-in">Try a fault<')
    expect(page.text).toContain('href="/demo/sign-in?forceAuthn=true"')
    expect(page.text).toContain('href="/"')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test('asks authorize as an OAuth client should, and keeps its secrets in a sealed cookie', async () => {
    browser = openDemoBrowser(server.url)
    const page = await browser.send('/demo/sign-in')
    const asked = new URL(page.headers.get('location')!)
    expect(`${asked.origin}${asked.pathname}`).toBe(`${server.url}/api/oauth/authorize`)
    const { state, nonce, code_challenge, ...rest } = Object.fromEntries(asked.searchParams)
    expect(rest).toEqual({
      client_id: 'tenant=acme&product=demo',
      redirect_uri: `${server.url}/demo/callback`,
      response_type: 'code',
      scope: 'openid',
      code_challenge_method: 'S256',
    })
    expect(new Set([state, nonce, code_challenge]).size).toBe(3)
    for (const value of [state, nonce, code_challenge]) expect(value).toMatch(/^[\w-]{43}$/)
    const [line] = page.headers.getSetCookie()
    expect(line).toContain('; Path=/; HttpOnly; SameSite=Lax; Max-Age=900')
    expect(line).not.toContain(state)
    expect(line).not.toContain(nonce)
    const kept = findPendingSignIn(server.house, site, browser.cookies)
    expect(kept).toMatchObject({ over: false, state, nonce })
    expect(kept?.over === false && sha256(kept.verifier)).toBe(code_challenge)
  })

  test('on https the cookie is bound to the host', () => {
    const house = { ...server.house, config: { ...server.house.config, secure: true } }
    const line = keepPendingSignIn(house, site, { over: true, state: 'state', startedAt: 0 })
    expect(line).toMatch(/^__Host-vestibule-demo=/)
    expect(line).toMatch(/; Secure$/)
  })

  test('signs in and shows the person, the claims, userinfo and the trace', async () => {
    const callback = await comeToCallback()
    const page = await browser.send(callback.href)
    expect(page.status).toBe(200)
    expect(page.text).toContain('Signed in as Demo Engineer')
    expect(page.text).toContain('engineer@acme.example, through SAML at “Test identity provider”')
    expect(page.text).toContain('<dt>Groups</dt><dd>everyone, engineering</dd>')
    expect(page.text).toContain('<dt>aud</dt><dd>tenant=acme&amp;product=demo</dd>')
    expect(page.text).toContain(`<dt>iss</dt><dd>${server.url}</dd>`)
    expect(page.text).toContain('&quot;requested&quot;: {')
    const trace = await server.house.db.trace.findFirstOrThrow({ orderBy: { id: 'desc' } })
    expect(page.text).toContain(`href="/traces/${trace.id}">See it in the portal<`)
    const names = [...page.text.matchAll(/Passed: <\/span>([^<]+)<\/span>/g)].map((match) => match[1])
    const checks = trace.checks as { name: string }[]
    expect(names.slice(0, checks.length)).toEqual(checks.map(({ name }) => name))
    expect(names.slice(checks.length)).toEqual([
      'State',
      'Issuer of the answer',
      'Code redeemed with PKCE',
      'Signature of the ID token',
      'Issuer',
      'Audience',
      'Not expired',
      'Nonce',
      'Fits the access token',
      'Userinfo is about the same person',
    ])
  })

  test('forces a fresh login where asked to', async () => {
    browser = openDemoBrowser(server.url)
    const callback = await browser.signIn({}, '/demo/sign-in?forceAuthn=true')
    const page = await browser.send(callback.href)
    expect(page.text).toContain('&quot;forceAuthn&quot;: true')
  })

  test('explains a reload, and does not spend the code a second time', async () => {
    const callback = await comeToCallback()
    expect((await browser.send(callback.href)).text).toContain('Signed in as')
    const tokens = await server.house.db.accessToken.count()
    const traces = await server.house.db.trace.count()
    const page = await browser.send(callback.href)
    expect(page.status).toBe(200)
    expect(page.text).toContain('You have loaded this answer before')
    expect(await server.house.db.accessToken.count()).toBe(tokens)
    expect(await server.house.db.trace.count()).toBe(traces)
  })

  test('explains a code the token endpoint has seen before, when the cookie is an older one', async () => {
    const callback = await comeToCallback()
    const older = browser.cookies.get(cookie)!
    await browser.send(callback.href)
    browser.cookies.set(cookie, older)
    const page = await browser.send(callback.href)
    expect(page.status).toBe(400)
    expect(page.text).toContain('The token endpoint answered 400 invalid_grant: This code was used before.')
  })

  test('two loads at the same time: one signs in, the other explains itself', async () => {
    const callback = await comeToCallback()
    const pages = await Promise.all([browser.send(callback.href), browser.send(callback.href)])
    for (const { status } of pages) expect([200, 400]).toContain(status)
    expect(pages.filter(({ text }) => text.includes('Signed in as')).length).toBeLessThanOrEqual(1)
    expect(pages.some(({ text }) => text.includes('This code was used before.'))).toBe(true)
  })

  test.each([
    ['another state', { state: 'of-somebody-else' }, 'This answer belongs to another sign-in'],
    ['no state', { state: null }, 'This answer belongs to another sign-in'],
    ['another issuer', { iss: 'https://evil.example' }, 'This answer comes from another issuer'],
    ['no issuer', { iss: null }, 'This answer comes from another issuer'],
    ['no code', { code: null }, 'The answer is incomplete'],
  ])('%s: a clear page, the code stays unused, and the right answer still works', async (_, parts, title) => {
    const callback = await comeToCallback()
    const page = await browser.send(change(callback, parts))
    expect(page.status).toBe(400)
    expect(page.text).toContain(title)
    expect(await isRedeemed(callback)).toBe(false)
    expect((await browser.send(callback.href)).text).toContain('Signed in as')
  })

  test.each([
    ['none', () => browser.cookies.delete(cookie)],
    ['an altered one', () => browser.cookies.set(cookie, `${browser.cookies.get(cookie)!.slice(0, -2)}AA`)],
    ['rubbish', () => browser.cookies.set(cookie, 'v1.dek_1.e30')],
  ])('no cookie of a sign-in (%s): a clear page, and the code stays unused', async (_, spoil) => {
    const callback = await comeToCallback()
    spoil()
    const page = await browser.send(callback.href)
    expect(page.status).toBe(400)
    expect(page.text).toContain('No sign-in is waiting in this browser')
    expect(await isRedeemed(callback)).toBe(false)
  })

  test('forgets a sign-in after 15 minutes, whatever the browser kept', async () => {
    const callback = await comeToCallback()
    const later = (seconds: number) => ({ clock: { now: () => secondsAfter(new Date(), seconds) } })
    const { outcome } = await finishHere(callback, later(901))
    expect(outcome).toMatchObject({ kind: 'refused', title: 'No sign-in is waiting in this browser' })
    expect(await isRedeemed(callback)).toBe(false)
  })

  test('shows why a faulty response was refused: the sentence, and expected against received', async () => {
    const callback = await comeToCallback({ fault: 'wrong-audience' })
    expect(callback.searchParams.get('error')).toBe('access_denied')
    const page = await browser.send(callback.href)
    expect(page.status).toBe(403)
    const trace = await server.house.db.trace.findFirstOrThrow({ orderBy: { id: 'desc' } })
    expect(page.text).toContain(trace.sentence)
    const failed = page.text.slice(page.text.indexOf('check-failed'))
    expect(failed).toContain('Failed: </span>Audience')
    expect(failed).toContain(`<dt>Expected</dt><dd>${server.url}/saml</dd>`)
    expect(failed).toContain(`<dt>Received</dt><dd>${server.url}/test-idp/acme/another-application</dd>`)
    expect(failed).toContain(`href="/traces/${trace.id}"`)
    expect(failed).toContain('<dt>error</dt><dd>access_denied</dd>')
  })

  test('shows the trace of this sign-in only, whatever id an address names', async () => {
    const earlier = await comeToCallback({ fault: 'unsigned' })
    const callback = await comeToCallback({ fault: 'wrong-audience' })
    const others = '/api/oauth/authorize?tenant=umbrella&product=secret&response_type=code'
    await browser.send(`${others}&redirect_uri=https://app.example/callback`)
    const foreign = await server.house.db.trace.findFirstOrThrow({ where: { tenant: 'umbrella' } })
    const descriptions = [earlier.searchParams.get('error_description')!, `x (trace ${foreign.id})`]
    for (const description of descriptions) {
      const page = await browser.send(change(callback, { error_description: description }))
      expect(page.status).toBe(403)
      expect(page.text).not.toContain('href="/traces/')
      expect(page.text).not.toContain('umbrella')
      expect(page.text).toContain('Vestibule answered the demo application with an error.')
    }
  })

  test.each([
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    `' onmouseover='alert(1) (trace trc_<b>)`,
  ])('writes what an address says as text: %s', async (hostile) => {
    const callback = await comeToCallback({ fault: 'status-denied' })
    const page = await browser.send(change(callback, { error: hostile, error_description: hostile }))
    expect(page.status).toBe(400)
    expect(page.text).not.toContain(hostile)
    const escaped = hostile.replaceAll('<', '&lt;').replaceAll('>', '&gt;')
    const quoted = escaped.replaceAll('"', '&quot;').replaceAll("'", '&#39;')
    expect(page.text).toContain(`<dt>error</dt><dd>${quoted}</dd>`)
    expect(page.text).toContain(`<dt>error_description</dt><dd>${quoted}</dd>`)
  })

  test('writes what an identity provider says as text', async () => {
    const hostile = '</pre><script>alert(1)</script>'
    const callback = await comeToCallback({ 'attribute.firstName': hostile })
    const page = await browser.send(callback.href)
    expect(page.text).toContain('Signed in as &lt;/pre&gt;&lt;script&gt;')
    expect(page.text).not.toContain('<script>alert')
  })

  describe('with endpoints that misbehave', () => {
    const answering =
      (end: string, answer: (real: SafeFetchAnswer) => Promise<SafeFetchAnswer>): SafeFetch =>
      async (url, options) => {
        const real = await server.house.fetch(url, options)
        return url.endsWith(end) ? answer(real) : real
      }

    test('an ID token that no key of the JWKS verifies signs nobody in', async () => {
      const callback = await comeToCallback()
      const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const fetch = answering('/jwks', async (real) => {
        const [known] = JSON.parse(real.text).keys
        return { ...real, text: JSON.stringify({ keys: [{ ...known, ...(await exportJWK(publicKey)) }] }) }
      })
      const { outcome } = await finishHere(callback, { fetch })
      expect(outcome).toMatchObject({ kind: 'refused', title: 'The demo did not accept this sign-in' })
      expect(outcome.checks?.at(-1)).toMatchObject({ name: 'Signature of the ID token', ok: false })
    })

    test('userinfo about somebody else signs nobody in', async () => {
      const callback = await comeToCallback()
      const fetch = answering('/userinfo', async (real) => {
        const text = JSON.stringify({ ...JSON.parse(real.text), sub: 'somebody-else' })
        return { ...real, text }
      })
      const { outcome } = await finishHere(callback, { fetch })
      expect(outcome.kind).toBe('refused')
      const last = outcome.checks?.at(-1)
      expect(last).toMatchObject({ ok: false, name: 'Userinfo is about the same person' })
    })

    test.each(['<html>', '[]', '{"error":{"deep":true}}'])('a token endpoint that says %s', async (text) => {
      const callback = await comeToCallback()
      const fetch = answering('/token', async (real) => ({ ...real, status: 502, text }))
      const { outcome, cookies } = await finishHere(callback, { fetch })
      expect(outcome).toMatchObject({ kind: 'refused', sentence: 'The token endpoint answered 502.' })
      expect(cookies).toHaveLength(1)
    })

    test('while the issuer is out of reach the code stays good, and a reload signs in', async () => {
      const callback = await comeToCallback()
      const fetch: SafeFetch = async () => {
        throw new VestibuleError('invalid_request', 'login.example.com could not be reached (ECONNREFUSED).')
      }
      const { outcome, cookies } = await finishHere(callback, { fetch })
      expect(outcome).toMatchObject({
        kind: 'refused',
        status: 503,
        title: 'The demo cannot reach Vestibule',
      })
      expect(cookies).toEqual([])
      expect((await browser.send(callback.href)).text).toContain('Signed in as')
    })
  })

  test('belongs to the default organization: elsewhere there is none', async () => {
    const elsewhere = { id: 'org_other', issuer: 'https://other.example' }
    await expect(answerDemo(server.house, elsewhere)).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('where PUBLIC_URL cannot be reached from inside', () => {
  beforeAll(() => start({ DEMO: '1', OUTBOUND_ALLOW: '192.0.2.1' }))
  afterAll(stop)

  test('the demo says so before anybody signs in, and what allows it', async () => {
    const stranger = openDemoBrowser(server.url)
    expect((await stranger.send('/demo')).status).toBe(200)
    const page = await stranger.send('/demo/sign-in')
    expect(page.status).toBe(503)
    expect(page.text).toContain('The demo cannot reach Vestibule')
    expect(page.text).toContain('localhost is not a public address; OUTBOUND_ALLOW can allow it.')
    expect(stranger.cookies.size).toBe(0)
  })
})

describe('without the demo', () => {
  beforeAll(() => start({ DEMO: '0' }))
  afterAll(stop)

  test.each(['/demo', '/demo/sign-in', '/demo/callback?code=a&state=b'])('%s is not found', async (path) => {
    const page = await openDemoBrowser(server.url).send(path)
    expect(page.status).toBe(404)
    expect(page.headers.getSetCookie()).toEqual([])
  })
})
