import { isVestibuleError } from '../base/errors.ts'
import type { House } from '../house.ts'
import { type Brand, html, renderEndUserPage, type SafeHtml } from '../http/end-user-page.ts'
import { type AccountOutcome, showPage } from './account-outcome.ts'
import { requestReset } from './request-reset.ts'
import { loadReset, resetPassword } from './reset-password.ts'

type Site = Brand & { id: string; issuer: string }
type Origin = { address: string; userAgent: string; requestId: string }

/** The page where somebody who forgot their password types their address. */
export function showResetRequest(site: Site, problem: string | null = null, status = 200): AccountOutcome {
  return respond(site, status, {
    title: 'Forgot your password?',
    body: html`<p class="lead">Type the address you sign in with. A link to choose a new password comes by mail.</p>
${problemBox(problem)}<form method="post" action="/reset">
<div class="field"><label for="email">Work e-mail address</label>
<input id="email" name="email" type="email" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="320" required autofocus${problem ? invalid : ''}></div>
<button class="button" type="submit">Send the link</button>
</form>
<p class="footer">Does your company’s sign-in bring you to your applications? Then there is no password here to forget: its own help knows what to do.</p>`,
  })
}

/** The same page for everybody, in the same time. */
export async function submitResetRequest(
  house: House,
  site: Site,
  input: { email: string; origin: Origin },
): Promise<AccountOutcome> {
  try {
    await requestReset(house, site, input)
  } catch (thrown) {
    return onProblem(thrown, (problem, status) => showResetRequest(site, problem, status))
  }
  return respond(site, 200, {
    title: 'Look into your mailbox',
    body: html`<p class="lead">If there is an account with a password for that address, a mail with a link is on its way to it. The link works for 30 minutes.</p>
<p class="hint">Nothing came? Look where unwanted mail goes, and see that the address is the one you sign in with.</p>
<p class="footer"><a href="/reset">Use another address</a></p>`,
  })
}

/** The page a link leads to. Looking at it changes nothing: programs that read mail follow links too. */
export async function showReset(
  house: Pick<House, 'db' | 'clock'>,
  site: Site,
  { token }: { token: string },
  problem: string | null = null,
  status = 200,
): Promise<AccountOutcome> {
  const user = await loadReset(house, site, token)
  return respond(site, status, {
    title: 'Choose a new password',
    body: html`<p class="lead">for ${user.email} at ${user.tenantName}. You will be signed out everywhere.</p>
${problemBox(problem)}<form method="post" action="/reset/${token}">
<input type="hidden" name="username" value="${user.email}" autocomplete="username">
<div class="field"><label for="password">New password</label>
<input id="password" name="password" type="password" autocomplete="new-password" minlength="12" maxlength="1000" required autofocus${problem ? invalid : ''}>
<span class="hint">At least 12 characters. Four or five words that do not belong together are easy to keep in mind.</span></div>
<button class="button" type="submit">Change the password</button>
</form>`,
  })
}

export async function submitReset(
  house: House,
  site: Site,
  input: { token: string; password: string; origin: Origin },
): Promise<AccountOutcome> {
  try {
    await resetPassword(house, site, input)
  } catch (thrown) {
    if (!isVestibuleError(thrown) || thrown.code !== 'validation_failed') throw thrown
    return showReset(house, site, input, thrown.message, 400)
  }
  return respond(site, 200, {
    title: 'Your password is changed',
    body: html`<p class="lead">Go back to the application and sign in with the new one.</p>
<p><a class="button-secondary" href="/account/sign-in">Sign in to your account</a></p>`,
  })
}

function onProblem(
  thrown: unknown,
  show: (problem: string, status: number) => AccountOutcome,
): AccountOutcome {
  if (isVestibuleError(thrown) && thrown.code === 'validation_failed') return show(thrown.message, 400)
  if (isVestibuleError(thrown) && thrown.code === 'rate_limited') return show(thrown.message, 429)
  throw thrown
}

function respond(site: Site, status: number, page: { title: string; body: SafeHtml }): AccountOutcome {
  const body = html`<h1 class="title">${page.title}</h1>
${page.body}`
  return showPage(status, renderEndUserPage({ title: page.title, brand: site, body }))
}

function problemBox(problem: string | null): SafeHtml | string {
  return problem ? html`<p class="error" role="alert" id="problem">${problem}</p>\n` : ''
}

const invalid = html` aria-invalid="true" aria-describedby="problem"`
