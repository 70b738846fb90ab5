import { Secret, TOTP } from 'otpauth'
import type { SoftwareAuthenticator } from '#lib/testing/software-authenticator.ts'
import { password } from './application.ts'
import type { TestServer } from './describe-on-each-server.ts'
import { type Answer, type Browser, createBrowser } from './http-client.ts'

/** What people do on their account page, typed as without JavaScript. */

/** The value of a hidden field of a page. */
export function fieldOf(page: Answer, name: string): string {
  return decode(new RegExp(`name="${name}" value="([^"]*)"`).exec(page.text)?.[1] ?? '')
}

/** What public/passkey.js would read. */
export function passkeyOptionsOf(page: Answer) {
  const text = decode(/data-options="([^"]*)"/.exec(page.text)?.[1] ?? '')
  return JSON.parse(text) as { challenge: string; rp: { id?: string }; user: { id: string } }
}

function decode(text: string): string {
  return text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&')
}

/** Types address and password at the account page; answers what came. */
export async function typeAtAccount(browser: Browser, email: string, typed = password): Promise<Answer> {
  const page = await browser.get('/account/sign-in')
  return browser.post('/account/sign-in', { form: { i: fieldOf(page, 'i'), email, password: typed } })
}

/** A browser in which somebody is signed in to their account. */
export async function openAccount(server: TestServer, email: string): Promise<Browser> {
  const browser = createBrowser(server.port)
  const answer = await typeAtAccount(browser, email)
  if (answer.status !== 303) throw new Error(`not signed in: ${answer.status} ${answer.text}`)
  return browser
}

/** Sends a form of the account page. */
export async function change(browser: Browser, fields: Record<string, string>): Promise<Answer> {
  const page = await browser.get('/account')
  return browser.post('/account', { form: { proof: fieldOf(page, 'proof'), ...fields } })
}

/** The code an app shows now, or so many steps of 30 seconds later. */
export function codeOf(server: TestServer, secret: string, steps = 0): string {
  const timestamp = server.clock.now().getTime() + steps * 30_000
  return TOTP.generate({ secret: Secret.fromBase32(secret), timestamp })
}

/** Sets an app up, and lets its first code pass. */
export async function setUpApp(
  server: TestServer,
  browser: Browser,
): Promise<{ secret: string; recoveryCodes: string[] }> {
  const page = await change(browser, { change: 'app-begin' })
  const [, typed = ''] = /<pre class="code">([A-Z2-7 ]+)<\/pre>/.exec(page.text) ?? []
  const secret = typed.replaceAll(' ', '')
  const form = { change: 'app-finish', id: fieldOf(page, 'id'), code: codeOf(server, secret) }
  const done = await change(browser, form)
  if (done.status !== 200 && done.status !== 303) throw new Error(`no app: ${done.status} ${done.text}`)
  server.clock.advance(60)
  return { secret, recoveryCodes: recoveryCodesOf(done) }
}

export async function setUpPasskey(
  browser: Browser,
  device: SoftwareAuthenticator,
  name = 'Laptop',
): Promise<Answer> {
  const page = await change(browser, { change: 'passkey-begin' })
  const answer = device.create(passkeyOptionsOf(page))
  return change(browser, { change: 'passkey-finish', name, answer })
}

export function recoveryCodesOf(page: Answer): string[] {
  return page.text.match(/\b(?:[0-9a-z]{4}-){3}[0-9a-z]{4}\b/g) ?? []
}
