import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { type Bench, describeOnEachTarget } from './bench.ts'
import { endSession, expectReturn, expectSignedOut, expectStay, type Leaving } from './end-session.ts'
import { openRun, type Parameters, postLogoutRedirectUri, type Run, signIn, type Tokens } from './run.ts'

/**
 * Where the foundation asks for a screenshot of an error or of a question, the person says yes to the question, and
 * the browser still must not come back to the application.
 */
describeOnEachTarget('oidcc-rp-initiated-logout-certification-test-plan', (bench) => {
  test('oidcc-rp-initiated-logout-discovery-endpoint-verification', () => {
    const address = new URL(bench.server.end_session_endpoint!)
    expect(address.origin).toBe(bench.target.issuer.origin)
    expect(address.hash).toBe('')
  })

  test('oidcc-rp-initiated-logout', async () => {
    const { run, leaving } = await leave(bench)
    expectReturn(leaving)
    expect(leaving.sent.state).toHaveLength(128)
    await expectSignedOut(run)
  })

  test('oidcc-rp-initiated-logout-no-state', async () => {
    const { run, leaving } = await leave(bench, () => ({ state: undefined }))
    expectReturn(leaving)
    await expectSignedOut(run)
  })

  describe('what leads nowhere', () => {
    const withoutReturn: Record<string, (run: Run, tokens: Tokens) => Parameters | Promise<Parameters>> = {
      'oidcc-rp-initiated-logout-bad-post-logout-redirect-uri': (run) => ({
        post_logout_redirect_uri: `${postLogoutRedirectUri(run)}foo`,
      }),
      'oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri': (run) => ({
        post_logout_redirect_uri: `${postLogoutRedirectUri(run)}?foo=bar`,
      }),
      'oidcc-rp-initiated-logout-modified-id-token-hint': (_run, { id_token }) => ({
        id_token_hint: withoutSignature(id_token),
      }),
      'oidcc-rp-initiated-logout-bad-id-token-hint': async ({ application }, { claims }) => ({
        id_token_hint: await new SignJWT({ ...claims })
          .setProtectedHeader({ alg: 'HS256' })
          .sign(new TextEncoder().encode(application.client_secret)),
      }),
      'oidcc-rp-initiated-logout-no-id-token-hint': () => ({ id_token_hint: undefined }),
    }
    for (const [name, change] of Object.entries(withoutReturn)) {
      test(name, async () => {
        const { run, leaving } = await leave(bench, change)
        expectStay(run, leaving)
      })
    }
  })

  describe('what only signs out', () => {
    const all = { id_token_hint: undefined, post_logout_redirect_uri: undefined, state: undefined }
    const withoutReturn: Record<string, (tokens: Tokens) => Parameters> = {
      'oidcc-rp-initiated-logout-no-params': () => all,
      'oidcc-rp-initiated-logout-no-post-logout-redirect-uri': ({ id_token }) => ({
        ...all,
        id_token_hint: id_token,
        state: 'kept to itself',
      }),
      'oidcc-rp-initiated-logout-only-state': () => ({ ...all, state: 'kept to itself' }),
    }
    for (const [name, change] of Object.entries(withoutReturn)) {
      test(name, async () => {
        const { run, leaving } = await leave(bench, (_run, tokens) => change(tokens))
        expect(leaving.arrival).toBeUndefined()
        expect(leaving.page.url.origin).toBe(bench.target.issuer.origin)
        expect(leaving.page.status).toBe(200)
        expect(leaving.page.headers.get('content-type')).toMatch(/^text\/html/)
        await expectSignedOut(run)
      })
    }
  })
})

/** Signs in, and asks for the end of the session with what `change` makes of the request. */
async function leave(
  bench: Bench,
  change: (run: Run, tokens: Tokens) => Parameters | Promise<Parameters> = () => ({}),
): Promise<{ run: Run; leaving: Leaving }> {
  const run = await openRun(bench)
  const tokens = await signIn(run)
  return { run, leaving: await endSession(run, tokens, await change(run, tokens)) }
}

function withoutSignature(token: string): string {
  const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url')
  return `${header}.${token.split('.')[1]}.`
}
