import { html, renderEndUserPage, SafeHtml } from '../http/end-user-page.ts'
import type { TotpEnrolment } from '../second-factor/enrol-totp.ts'
import { renderPasskeyForm } from '../second-factor/passkey-form.ts'
import type { AuthenticatorView } from '../second-factor/second-factor.ts'
import { button, hidden } from './account-page.ts'
import type { OwnSession } from './own-session.ts'
import type { AccountSite } from './show-account.ts'

/** The pages on which a second step is set up, and asked about before it goes. */

type Page = { site: AccountSite; own: OwnSession }

/** The secret, to scan or to type, and the first code. */
export function renderAppSetup({ site, own }: Page, app: TotpEnrolment, problem: string | null): string {
  const body = html`<h1 class="title">Set up an authenticator app</h1>
<p class="lead">Scan this with the app on your phone, then type the six digits it shows.</p>
${problemBox(problem)}<div class="qr" role="img" aria-label="QR code for your authenticator app">${new SafeHtml(app.qr)}</div>
<details class="details"><summary>You cannot scan it?</summary>
<p class="hint">Type this key into the app: it makes codes by time, with six digits.</p>
<pre class="code">${app.secret.replace(/(.{4})(?=.)/g, '$1 ')}</pre></details>
<form method="post" action="/account">${hidden(own, { change: 'app-finish', id: app.id })}
<div class="field"><label for="code">Code</label>
<input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="10" required autofocus></div>
<button class="button" type="submit">Set up</button>
</form>
${back}`
  return renderEndUserPage({ title: 'Set up an authenticator app', brand: site, body })
}

/** The page on which the browser makes a passkey. */
export function renderPasskeySetup({ site, own }: Page, options: object, problem: string | null): string {
  const extra = html`<div class="field"><label for="name">Name</label>
<input id="name" name="name" value="Passkey" maxlength="100" required>
<span class="hint">So that you know it again, such as “Laptop”.</span></div>
`
  const fields = { proof: own.proof, change: 'passkey-finish' }
  const form = renderPasskeyForm({
    ceremony: 'create',
    action: '/account',
    fields,
    options,
    button: 'Make the passkey',
    extra,
  })
  const body = html`<h1 class="title">Add a passkey</h1>
<p class="lead">Your device keeps a key for this address and opens it with your finger, face or PIN. With it you sign in without a password.</p>
${problemBox(problem)}${form}<p class="notice" data-passkey-missing hidden>This browser knows no passkeys.</p>
${back}`
  return renderEndUserPage({ title: 'Add a passkey', brand: site, body, script: '/passkey.js' })
}

/** The codes, this once. */
export function renderRecoveryCodes({ site }: Page, codes: string[], lead: string): string {
  const body = html`<h1 class="title">Your recovery codes</h1>
<p class="lead">${lead} Print them or keep them in a password manager: they are shown this once. Each lets you in one time, after your password, when your device is not there.</p>
<pre class="code">${codes.join('\n')}</pre>
<p><a class="button" href="/account">I have kept them</a></p>`
  return renderEndUserPage({ title: 'Your recovery codes', brand: site, body })
}

export function renderAskRemove({ site, own }: Page, one: AuthenticatorView, isLast: boolean): string {
  const lost = isLast
    ? 'It is the last one: your password alone will open your account, and your recovery codes are gone too.'
    : 'It opens your account no more.'
  const body = html`<h1 class="title">Remove “${one.name}”?</h1>
<p class="lead">${lost}</p>
${button(own, { change: 'remove', id: one.id }, 'Remove')}
${back}`
  return renderEndUserPage({ title: `Remove “${one.name}”?`, brand: site, body })
}

export function renderAskEverywhere({ site, own }: Page): string {
  const body = html`<h1 class="title">Sign out everywhere?</h1>
<p class="lead">All your browsers are signed out, this one too, and applications on your devices have to ask you to sign in again.</p>
${button(own, { change: 'everywhere' }, 'Sign out everywhere')}
${back}`
  return renderEndUserPage({ title: 'Sign out everywhere?', brand: site, body })
}

export function renderSignedOut(site: AccountSite): string {
  const body = html`<h1 class="title">You are signed out everywhere</h1>
<p class="lead">Open any application to sign in again.</p>`
  return renderEndUserPage({ title: 'You are signed out everywhere', brand: site, body })
}

function problemBox(problem: string | null): SafeHtml | string {
  return problem ? html`<p class="error" role="alert">${problem}</p>\n` : ''
}

const back = html`<p class="footer"><a href="/account">Back to your account</a></p>`
