import { providerPreset } from '../connections/presets.ts'
import { html, renderEndUserPage, type SafeHtml } from '../http/end-user-page.ts'
import { renderPasskeyForm } from '../second-factor/passkey-form.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import type { Site } from './attempt.ts'

/** Everything the login page shows. */
export type LoginView = {
  site: Site
  /** What the application is called. */
  application: string
  /** What names the waiting request; for the account page, what shows that the form is ours. */
  token: string
  /** Where the forms go: `/login`, or the account page. */
  action: '/login' | '/account/sign-in'
  /** The company, where it is known. */
  tenant: string | null
  connections: ConnectionRecord[]
  /** Connections of other companies that last worked in this browser. */
  remembered: ConnectionRecord[]
  /** Whether somebody here might have a password. */
  password: boolean
  email: string | null
  /** `start`: who are you; `password`: prove it; `company`: which of them. */
  step: 'start' | 'password' | 'company' | 'passkey'
  /** What a browser needs to use a passkey, at that step. */
  passkey: object | null
  /** What went wrong, as a sentence for the person. */
  problem: string | null
  /** Companies that know the address, when it has to be said which. */
  companies: { tenantId: string; name: string }[]
  /** The one that was said. */
  company: string | null
  /** Where people of the company go who have no account yet: the addresses of our pages. */
  newcomers: { register: string | null; join: string | null }
  /** Who is signed in and may go on. */
  account: { name: string; note: string } | null
}

/** A plain page: forms that work without JavaScript, one thing at a time. */
export function renderLoginPage(view: LoginView): string {
  const steps = {
    start: renderStart,
    password: renderPassword,
    company: renderCompanies,
    passkey: renderPasskey,
  }
  return renderEndUserPage({
    ...((view.password || view.step === 'passkey') && { script: '/passkey.js' }),
    title: `${view.problem ? 'Not signed in yet' : 'Sign in'} – ${view.application}`,
    brand: view.site,
    body: steps[view.step](view),
  })
}

/** What somebody sees who comes here without an application. */
export function renderWhereToBegin(site: Site, account: LoginView['account']): string {
  const title = account ? 'You are signed in' : 'Begin at the application'
  const lead = account
    ? html`<p class="lead">as ${account.name}${account.note ? ` (${account.note})` : ''}. Open any application to go on.</p>
<p><a class="button-secondary" href="/api/oauth/logout">Sign out</a></p>`
    : html`<p class="lead">Open the application you want to use and sign in from there. It brings you back here when it has to know who you are.</p>`
  const body = html`<h1 class="title">${title}</h1>
${lead}`
  return renderEndUserPage({ title, brand: site, body })
}

function renderStart(view: LoginView): SafeHtml {
  const buttons = [
    ...view.connections.map((one) => renderConnection(view, one)),
    ...view.remembered.map((one) => renderConnection(view, one, one.tenantName)),
  ]
  const mayType = view.password || view.tenant === null
  return html`<h1 class="title">${view.account ? 'Choose an account' : 'Sign in'}</h1>
<p class="lead">${leadOf(view)}</p>
${problem(view)}${view.account ? renderAccount(view, view.account) : ''}${buttons.length > 0 ? html`<div class="providers">${buttons}</div>` : ''}${
  buttons.length > 0 && mayType ? html`<p class="or"><span>or</span></p>` : ''
}${mayType ? renderEmail(view) : ''}${view.password ? renderPasskeyButton(view) : ''}${buttons.length === 0 && !mayType && !view.newcomers.register ? nothing : ''}${renderNewcomers(view)}`
}

function renderNewcomers({ newcomers: { register, join } }: LoginView): SafeHtml | string {
  const links = [
    ...(register ? [html`<a href="${register}">Make an account</a>`] : []),
    ...(join ? [html`<a href="${join}">Ask to join</a>`] : []),
  ]
  const [first, second] = links
  if (!first) return ''
  return html`
<p class="footer">No account yet? ${first}${second ? html` or ${second}` : ''}</p>`
}

const nothing = html`<p class="notice">Nobody can sign in here yet. Your administrator has to set up a sign-in for your company first.</p>`

function leadOf({ application, tenant }: LoginView): string {
  return tenant ? `to ${application}, with your account at ${tenant}` : `to ${application}`
}

function renderAccount(view: LoginView, account: NonNullable<LoginView['account']>): SafeHtml {
  return html`<form method="post" action="${view.action}">${request(view)}
<button class="person" type="submit" name="account" value="session"><span class="person-text"><span class="person-name">${account.name}</span>${account.note ? html`<span class="person-note">${account.note}</span>` : ''}</span></button>
</form>
<p class="or"><span>or with another account</span></p>
`
}

function renderConnection(view: LoginView, connection: ConnectionRecord, company?: string): SafeHtml {
  const provider = providerPreset(connection.kind, connection.upstreamId)
  const label = connection.label ?? connection.name ?? provider.name
  return html`<form method="post" action="${view.action}">${request(view)}
<button class="button-secondary provider" type="submit" name="connection" value="${connection.clientId}"><img src="${provider.iconPath}" alt="" width="20" height="20"><span>Continue with ${label}${company ? ` (${company})` : ''}</span></button>
</form>
`
}

function renderEmail(view: LoginView): SafeHtml {
  return html`<form method="post" action="${view.action}">${request(view)}
<div class="field"><label for="email">Work e-mail address</label>
<input id="email" name="email" type="email" value="${view.email ?? ''}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="320" required${view.connections.length === 0 && !view.account ? autofocus : ''}${view.problem ? invalid : ''}></div>
<button class="button" type="submit">Continue</button>
</form>`
}

function renderPassword(view: LoginView): SafeHtml {
  return html`<h1 class="title">Enter your password</h1>
<p class="lead">${leadOf(view)}</p>
${problem(view)}<form method="post" action="${view.action}">${request(view)}
<div class="field"><label for="email">Work e-mail address</label>
<input id="email" name="email" type="email" value="${view.email ?? ''}" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="320" required></div>
<div class="field"><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024" required${autofocus}${view.problem ? invalid : ''}></div>
${view.company ? html`<input type="hidden" name="company" value="${view.company}">` : ''}<button class="button" type="submit">Sign in</button>
</form>
${view.action === '/account/sign-in' ? renderPasskeyButton(view) : ''}<p class="footer"><a href="/reset">Forgot your password?</a></p>
${renderBack(view)}`
}

function renderBack({ action, token }: LoginView): SafeHtml {
  return action === '/login'
    ? html`<p class="footer"><a href="/login?i=${token}">Sign in another way</a></p>`
    : html`<p class="footer">Does your company’s sign-in bring you to your applications? Then open one of them first, and come back here.</p>`
}

/** Leads to the page of the passkey; hidden where the browser knows none. */
function renderPasskeyButton(view: LoginView): SafeHtml {
  return html`<form method="post" action="${view.action}" data-passkey-only hidden>${request(view)}
<button class="button-secondary" type="submit" name="passkey" value="ask">Sign in with a passkey</button>
</form>
`
}

function renderPasskey(view: LoginView): SafeHtml {
  const form = renderPasskeyForm({
    ceremony: 'get',
    action: view.action,
    fields: { i: view.token },
    options: view.passkey ?? {},
    button: 'Use a passkey',
    atOnce: view.problem === null,
  })
  return html`<h1 class="title">Use your passkey</h1>
<p class="lead">${leadOf(view)}. Your device asks for your finger, face or PIN.</p>
${problem(view)}${form}<p class="footer"><a href="${view.action === '/login' ? `/login?i=${view.token}` : '/account/sign-in'}">Sign in another way</a></p>`
}

function renderCompanies(view: LoginView): SafeHtml {
  const companies = view.companies.map(
    ({ tenantId, name }) =>
      html`<button class="person" type="submit" name="company" value="${tenantId}"><span class="person-text"><span class="person-name">${name}</span></span></button>
`,
  )
  return html`<h1 class="title">Which company?</h1>
<p class="lead">More than one of them knows ${view.email ?? 'this address'}. Choose one, then enter your password again.</p>
<form method="post" action="${view.action}">${request(view)}
<input type="hidden" name="email" value="${view.email ?? ''}">
${companies}</form>`
}

function problem({ problem: said }: LoginView): SafeHtml | string {
  return said ? html`<p class="error" role="alert" id="problem">${said}</p>\n` : ''
}

function request({ token }: LoginView): SafeHtml {
  return html`<input type="hidden" name="i" value="${token}">`
}

const autofocus = html` autofocus`
const invalid = html` aria-invalid="true" aria-describedby="problem"`
