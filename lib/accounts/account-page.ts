import { browserName } from '../base/browser-name.ts'
import { html, renderEndUserPage, type SafeHtml } from '../http/end-user-page.ts'
import type { AuthenticatorView, FactorSummary } from '../second-factor/second-factor.ts'
import type { ListedSession } from '../store/sessions.ts'
import type { OpenedApplication } from '../store/user-accounts.ts'
import type { OwnSession } from './own-session.ts'
import type { AccountSite } from './show-account.ts'

export type AccountView = {
  site: AccountSite
  own: OwnSession
  /** Null: they sign in at an identity provider. */
  factors: FactorSummary | null
  sessions: ListedSession[]
  applications: OpenedApplication[]
  problem: string | null
  done: string | null
}

/** What somebody sees who is signed in nowhere here. */
export function renderNobody(site: AccountSite): string {
  const body = html`<h1 class="title">Your account</h1>
<p class="lead">You are not signed in. If you have a password or a passkey here, sign in to look after your account. If your company’s own sign-in brings you to your applications, open one of them first, and come back.</p>
<p><a class="button" href="/account/sign-in">Sign in</a></p>`
  return renderEndUserPage({ title: 'Your account', brand: site, body })
}

export function renderAccountPage(view: AccountView): string {
  const { site, own, problem, done } = view
  const body = html`<div class="wide"><h1 class="title">Your account</h1>
<p class="lead">${whoIs(own)}</p>
${done ? html`<p class="notice" role="status">${done}</p>\n` : ''}${
  problem ? html`<p class="error" role="alert">${problem}</p>\n` : ''
}${renderSignIn(view)}${renderSessions(view)}${renderApplications(view)}
<div class="actions"><a class="button-secondary" href="/api/oauth/logout">Sign out in this browser</a>
${button(own, { change: 'ask-everywhere' }, 'Sign out everywhere')}</div></div>`
  return renderEndUserPage({ title: 'Your account', brand: site, body })
}

function whoIs({ user, session }: OwnSession): string {
  const { email, firstName, lastName } = session.profile as Partial<
    Record<'email' | 'firstName' | 'lastName', string | null>
  >
  const name = [user?.firstName ?? firstName, user?.lastName ?? lastName].filter(Boolean).join(' ')
  const address = user?.email ?? email ?? session.subject
  const company = user?.tenantName ?? session.tenant
  return name ? `${name}, ${address}, at ${company}` : `${address}, at ${company}`
}

function renderSignIn(view: AccountView): SafeHtml {
  const { own, factors } = view
  if (!factors)
    return section(
      'How you sign in',
      html`<p class="section-lead">At your company’s identity provider. Passwords and second steps are looked after there.</p>`,
    )
  if (!own.fresh)
    return html`${section(
      'How you sign in',
      html`<p class="section-lead">${summaryOf(factors)} To change something, sign in once more: it takes a sign-in here within the last ten minutes.</p>
<p><a class="button-secondary" href="/account/sign-in">Sign in again</a></p>`,
    )}`
  return html`${renderPassword(own)}${renderFactors(own, factors)}${renderRecovery(own, factors)}`
}

function summaryOf({ authenticators, recoveryCodesLeft }: FactorSummary): string {
  if (authenticators.length === 0) return 'With your password alone.'
  const names = authenticators.map(({ name }) => `“${name}”`).join(', ')
  return `With your password and ${names}. You have ${count(recoveryCodesLeft, 'recovery code')} left.`
}

function renderPassword(own: OwnSession): SafeHtml {
  return section(
    'Password',
    html`<details class="details"><summary>Change your password</summary>
<form method="post" action="/account">${hidden(own, { change: 'password' })}
<input type="hidden" name="username" value="${own.user?.email ?? ''}" autocomplete="username">
<div class="field"><label for="current">Current password</label>
<input id="current" name="current" type="password" autocomplete="current-password" maxlength="1024" required></div>
<div class="field"><label for="next">New password</label>
<input id="next" name="next" type="password" autocomplete="new-password" minlength="12" maxlength="1000" required>
<span class="hint">At least 12 characters. You will be signed out everywhere else.</span></div>
<button class="button" type="submit">Change the password</button>
</form></details>`,
  )
}

function renderFactors(own: OwnSession, { authenticators }: FactorSummary): SafeHtml {
  const lead =
    authenticators.length === 0
      ? 'A second step keeps your account yours when somebody learns your password: a code from an app on your phone, or a passkey of this device.'
      : 'After your password you are asked for one of these. A passkey also signs you in alone.'
  return section(
    'Second step',
    html`<p class="section-lead">${lead}</p>
${authenticators.map((one) => renderAuthenticator(own, one))}
<div class="actions">${button(own, { change: 'app-begin' }, 'Set up an authenticator app')}
${button(own, { change: 'passkey-begin' }, 'Add a passkey')}</div>`,
  )
}

function renderAuthenticator(own: OwnSession, one: AuthenticatorView): SafeHtml {
  const kind = one.kind === 'totp' ? 'codes of an app' : 'passkey'
  const id = `name-${one.id}`
  return html`<details class="details"><summary>${one.name} (${kind})</summary>
<dl class="rows"><div><dt>Added</dt><dd>${day(one.createdAt)}</dd></div>
<div><dt>Last used</dt><dd>${one.lastUsedAt ? day(one.lastUsedAt) : 'never'}</dd></div></dl>
<form method="post" action="/account">${hidden(own, { change: 'rename', id: one.id })}
<div class="field"><label for="${id}">Name</label>
<input id="${id}" name="name" value="${one.name}" maxlength="100" required></div>
<button class="button-secondary" type="submit">Rename</button>
</form>
${button(own, { change: 'ask-remove', id: one.id }, 'Remove')}
</details>
`
}

function renderRecovery(own: OwnSession, { authenticators, recoveryCodesLeft }: FactorSummary): SafeHtml {
  if (authenticators.length === 0) return html``
  return section(
    'Recovery codes',
    html`<p class="section-lead">For the day your device is lost: each lets you in once, after your password. You have ${count(recoveryCodesLeft, 'code')} left. New ones replace all you have.</p>
${button(own, { change: 'recovery' }, 'Make new recovery codes')}`,
  )
}

function renderSessions({ own, sessions }: AccountView): SafeHtml {
  if (sessions.length === 0) return html``
  const items = sessions.map(
    (
      session,
    ) => html`<div><dt>${browserName(session.userAgent)}${session.id === own.session.id ? ' (this browser)' : ''}</dt>
<dd>from ${session.address}, since ${day(session.createdAt)}, last seen ${day(session.lastSeenAt)}
${session.id === own.session.id ? '' : button(own, { change: 'end-session', id: session.id }, `Sign out ${browserName(session.userAgent)}`)}</dd></div>
`,
  )
  return section('Where you are signed in', html`<dl class="rows">${items}</dl>`)
}

function renderApplications({ applications }: AccountView): SafeHtml {
  const items = applications.map(
    ({ name, since, offline }) =>
      html`<div><dt>${name}</dt><dd>since ${day(since)}${offline ? ', also while you are away' : ''}</dd></div>\n`,
  )
  return section(
    'Applications that know you',
    items.length > 0
      ? html`<dl class="rows">${items}</dl>`
      : html`<p class="section-lead">None at the moment.</p>`,
  )
}

function section(title: string, content: SafeHtml): SafeHtml {
  return html`<section class="section"><h2 class="section-title">${title}</h2>
${content}</section>
`
}

/** A button that is a form of its own. */
export function button(own: OwnSession, fields: Record<string, string>, words: string): SafeHtml {
  return html`<form method="post" action="/account">${hidden(own, fields)}<button class="button-secondary" type="submit">${words}</button></form>`
}

export function hidden({ proof }: OwnSession, fields: Record<string, string>): SafeHtml[] {
  return Object.entries({ proof, ...fields }).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )
}

function count(number: number, noun: string): string {
  return `${number === 0 ? 'no' : number} ${noun}${number === 1 ? '' : 's'}`
}

/** Without scripts nothing knows the person's time zone, so it says which one it is. */
function day(at: Date): SafeHtml {
  const iso = at.toISOString()
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`
}
