import { type Brand, html, renderEndUserPage } from '../http/end-user-page.ts'
import { type LogoutRequest, writeLogoutRequest } from './logout-request.ts'

/** Asks whether to sign out. A plain form: it works without scripts. `who`: the person as they know themselves. */
export function renderLogoutQuestion(page: {
  brand: Brand
  who: string | null
  /** Where the person can be signed out as well, as they call it; null: nowhere. */
  elsewhere: string | null
  request: LogoutRequest
  confirmation: string
}): string {
  const fields = { ...writeLogoutRequest(page.request), confirmation: page.confirmation }
  const inputs = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`,
  )
  const title = `Do you want to sign out of ${page.brand.name}?`
  return renderEndUserPage({
    title,
    brand: page.brand,
    body: html`<h1 class="title">${title}</h1>
<p class="lead">${page.who ? html`You are signed in as <strong>${page.who}</strong>. ` : ''}Signing out ends this sign-in for every application you opened with it.</p>
<form method="post" action="/api/oauth/logout">
${inputs}<button class="button" type="submit" name="answer" value="leave">Sign out</button>
${
  page.elsewhere
    ? html`<button class="button-secondary" type="submit" name="answer" value="everywhere">Sign out of ${page.elsewhere} too</button>
`
    : ''
}<button class="button-secondary" type="submit" name="answer" value="stay">Stay signed in</button>
</form>`,
  })
}

/** What is shown where the application names no address of its own. */
export function renderSignedOut(brand: Brand): string {
  return renderEndUserPage({
    title: 'You are signed out',
    brand,
    body: html`<h1 class="title">You are signed out</h1>
<p class="lead">You can close this window, or go back to an application to sign in again.</p>`,
  })
}

export function renderStayedSignedIn(brand: Brand): string {
  return renderEndUserPage({
    title: 'You are still signed in',
    brand,
    body: html`<h1 class="title">You are still signed in</h1>
<p class="lead">Nothing has changed. You can close this window, or go back to your application.</p>`,
  })
}
