import { html } from '../http/end-user-page.ts'
import {
  type EntryPage,
  type EntrySite,
  entryPage,
  type Problems,
  renderEmail,
  renderField,
  renderNames,
  renderNewPassword,
  renderOnward,
  renderProblems,
  renderWaiting,
  type StartableApplication,
} from './entry-page.ts'

type Tenant = { slug: string; name: string; registrationDomains: string[]; joinRequestsEnabled: boolean }

export type TypedRegistration = { email: string; firstName: string; lastName: string }

export function renderRegistration(
  site: EntrySite,
  page: { tenant: Tenant; interaction: string; typed: TypedRegistration; problems: Problems },
): EntryPage {
  const { tenant, interaction, typed, problems } = page
  const wrong = Object.keys(problems).length > 0
  return entryPage(site, {
    status: wrong ? 400 : 200,
    title: 'Make an account',
    body: html`<p class="lead">with ${tenant.name}, to sign in to ${site.name}. ${describeDomains(tenant.registrationDomains)}</p>
${renderProblems(problems)}<form method="post" action="/register">
<input type="hidden" name="tenant" value="${tenant.slug}">
${renderWaiting(interaction)}${renderNames(typed, problems)}${renderEmail(typed.email, problems)}${renderNewPassword(problems)}<button class="button" type="submit">Make an account</button>
</form>
${interaction ? html`<p class="footer">You have one? <a href="/login?i=${interaction}">Sign in</a></p>` : ''}`,
  })
}

/** In words, so that nobody types an address in vain. */
export function describeDomains(domains: string[]): string {
  if (domains.length === 0) return ''
  const named = domains.slice(0, 5).map((domain) => `@${domain}`)
  const more = domains.length > named.length ? ' and others' : ''
  return `It takes an address that ends in ${named.join(', ')}${more}.`
}

/** The same whoever it was. */
export function renderLookIntoMail(site: EntrySite, email: string, cookies: string[] = []): EntryPage {
  return entryPage(site, {
    title: 'Look into your mail',
    body: html`<p class="lead">We have written to ${email}. Open the link in that mail within 30 minutes to go on.</p>
<p class="hint">Nothing there? Look among what was sorted out as junk, and check the address for a slip of the finger.</p>`,
    cookies,
  })
}

export function renderConfirmation(
  site: EntrySite,
  page: { email: string; tenantName: string; sameBrowser: boolean; problems: Problems },
): EntryPage {
  const { email, tenantName, sameBrowser, problems } = page
  const password = renderField(
    {
      name: 'password',
      label: 'The password you have chosen',
      type: 'password',
      autocomplete: 'current-password',
      maxLength: 1000,
      required: true,
      hint: 'Once more, because you have opened the link in another browser than the one you began in.',
    },
    problems,
  )
  return entryPage(site, {
    status: Object.keys(problems).length > 0 ? 400 : 200,
    title: 'Confirm your address',
    body: html`<p class="lead">With this your account with ${tenantName} is made. It is for ${email}.</p>
${renderProblems(problems)}<form method="post">
${sameBrowser ? '' : password}<button class="button" type="submit">Confirm and make the account</button>
</form>
<p class="footer">Not you who asked for it? Then close this page: nothing happens.</p>`,
  })
}

export function renderRegistered(
  site: EntrySite,
  person: {
    email: string
    tenantName: string
    interaction: string
    applications: StartableApplication[]
    cookies: string[]
  },
): EntryPage {
  const { email, tenantName, cookies } = person
  return entryPage(site, {
    title: 'Your account is ready',
    body: html`<p class="lead">You have joined ${tenantName}. Sign in with ${email} and your password.</p>
${renderOnward(site, person)}`,
    cookies,
  })
}

/** Also for a tenant that is not there: whether it is says nothing to strangers. */
export function renderRegistrationClosed(site: EntrySite): EntryPage {
  return entryPage(site, {
    status: 404,
    title: 'You cannot make an account here',
    body: html`<p class="lead">This company does not let people make accounts themselves. Ask whoever looks after it to invite you.</p>`,
  })
}

export function renderLinkOver(site: EntrySite): EntryPage {
  return entryPage(site, {
    status: 404,
    title: 'This link is over',
    body: html`<p class="lead">It was good for 30 minutes and once. If you have used it, go on as its page said; otherwise begin again.</p>`,
  })
}
