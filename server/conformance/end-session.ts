import { randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import {
  authorize,
  definedOf,
  type Parameters,
  postLogoutRedirectUri,
  type Run,
  readError,
  type Tokens,
  type Walk,
  walk,
} from './run.ts'

/** A request to end the session and where it led. */
export type Leaving = Walk & { sent: Parameters }

/**
 * Sends the browser to the end_session_endpoint (OpenID Connect RP-Initiated Logout §2); the person confirms what they
 * are asked. The state is long, as the plans have it.
 */
export async function endSession(
  run: Run,
  { id_token }: Pick<Tokens, 'id_token'>,
  more: Parameters = {},
): Promise<Leaving> {
  const sent = {
    id_token_hint: id_token,
    post_logout_redirect_uri: postLogoutRedirectUri(run),
    state: randomBytes(96).toString('base64url'),
    ...more,
  }
  const url = new URL(run.bench.server.end_session_endpoint!)
  url.search = new URLSearchParams(definedOf(sent)).toString()
  return { sent, ...(await walk(run, () => run.browser.get(url), postLogoutRedirectUri(run))) }
}

/** The browser came back to the application, with the state and nothing else. */
export function expectReturn({ sent, arrival }: Leaving): void {
  expect(arrival?.method).toBe('GET')
  expect(Object.fromEntries(arrival!.query)).toEqual(definedOf({ state: sent.state }))
}

/** The browser stays at the provider: it is told of an error, or that it is signed out. */
export function expectStay(run: Run, { arrival, page, asked }: Leaving): void {
  expect(arrival).toBeUndefined()
  expect(page.url.origin).toBe(run.bench.target.issuer.origin)
  expect(page.headers.get('content-type')).toMatch(/^text\/html/)
  if (page.status === 200) expect(asked).toEqual(['logout'])
  else expect(page.status).toBe(400)
}

/** Nobody is signed in any more: the next silent request is refused (OpenID Connect Core §3.1.2.6). */
export async function expectSignedOut(run: Run): Promise<void> {
  const ending = await authorize(run, { prompt: 'none' })
  expect(ending.asked).toEqual([])
  expect(readError(run, ending).error).toBe('login_required')
}
