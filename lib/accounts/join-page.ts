import { html, type SafeHtml } from '../http/end-user-page.ts'
import {
  type EntryPage,
  type EntrySite,
  entryPage,
  type Problems,
  renderEmail,
  renderField,
  renderNames,
  renderProblems,
  renderWaiting,
} from './entry-page.ts'

type Tenant = { slug: string; name: string }

export type TypedJoinRequest = { email: string; firstName: string; lastName: string; note: string }

/** To find a company. `found` is null before anything was asked for. */
export function renderFindCompany(
  site: EntrySite,
  page: { interaction: string; asked: string; found: Tenant[] | null; problems: Problems },
): EntryPage {
  const { interaction, asked, found, problems } = page
  return entryPage(site, {
    status: Object.keys(problems).length > 0 ? 400 : 200,
    title: 'Find your company',
    body: html`<p class="lead">and ask to sign in to ${site.name} with it. An admin decides.</p>
${renderProblems(problems)}${found ? renderFound(found, interaction) : ''}<form method="post" action="/join">
${renderWaiting(interaction)}${renderField(
  {
    name: 'find',
    label: 'Name of the company, or your e-mail address there',
    value: asked,
    autocomplete: 'organization',
    maxLength: 254,
    required: true,
  },
  problems,
)}<button class="button" type="submit">Find</button>
</form>`,
  })
}

function renderFound(found: Tenant[], interaction: string): SafeHtml {
  if (found.length === 0)
    return html`<p class="notice" role="status">No company of that name or domain takes requests. Ask whoever looks after sign-in there to invite you.</p>
`
  const links = found.map(
    ({ slug, name }) =>
      html`<li><a class="person" href="${joinPath(slug, interaction)}"><span class="person-text"><span class="person-name">${name}</span><span class="person-note">Ask to join</span></span></a></li>
`,
  )
  return html`<ul class="person-list">
${links}</ul>
`
}

function joinPath(slug: string, interaction: string): string {
  const parameters = new URLSearchParams({ tenant: slug, ...(interaction && { i: interaction }) })
  return `/join?${parameters}`
}

export function renderJoin(
  site: EntrySite,
  page: { tenant: Tenant; interaction: string; typed: TypedJoinRequest; problems: Problems },
): EntryPage {
  const { tenant, interaction, typed, problems } = page
  return entryPage(site, {
    status: Object.keys(problems).length > 0 ? 400 : 200,
    title: `Ask to join ${tenant.name}`,
    body: html`<p class="lead">An admin decides whether you may sign in to ${site.name}. First we write to your address, to see that it is yours.</p>
${renderProblems(problems)}<form method="post" action="/join">
<input type="hidden" name="tenant" value="${tenant.slug}">
${renderWaiting(interaction)}${renderNames(typed, problems)}${renderEmail(typed.email, problems)}${renderNote(typed.note, problems)}<button class="button" type="submit">Ask to join</button>
</form>
<p class="footer"><a href="${interaction ? `/join?i=${interaction}` : '/join'}">Another company</a></p>`,
  })
}

function renderNote(note: string, problems: Problems): SafeHtml {
  return html`<div class="field"><label for="note">A word to the admin</label>
<textarea id="note" name="note" rows="3" maxlength="1000" aria-describedby="note-hint"${problems.note ? html` aria-invalid="true"` : ''}>${note}</textarea><p class="hint" id="note-hint">Who you are and what you need it for, if they might not know.</p></div>
`
}

/** What somebody who asks says of themselves. */
export type SaidToAdmins = { firstName: string | null; lastName: string | null; note: string | null }

/** It shows what is sent: somebody else may have filled in the form. */
export function renderConfirmJoin(
  site: EntrySite,
  page: { email: string; tenantName: string; said: SaidToAdmins },
): EntryPage {
  const { firstName, lastName, note } = page.said
  const name = [firstName, lastName].filter(Boolean).join(' ')
  return entryPage(site, {
    title: `Ask to join ${page.tenantName}`,
    body: html`<p class="lead">Your address is ${page.email}. With this the request goes to the admins.</p>
${name || note ? html`<dl class="rows">${row('Name', name)}${row('Note', note)}</dl>\n` : ''}<form method="post"><button class="button" type="submit">Send the request</button></form>
<p class="footer">Not you who asked for it? Then close this page: nothing happens.</p>`,
  })
}

function row(label: string, value: string | null): SafeHtml | string {
  return value ? html`<div><dt>${label}</dt><dd>${value}</dd></div>` : ''
}

/** What the person sees whose request is filed. */
export function renderWaitingForAdmin(
  site: EntrySite,
  page: { email: string; tenantName: string },
): EntryPage {
  return entryPage(site, {
    title: 'Your request is with the admins',
    body: html`<p class="lead">You have asked to join ${page.tenantName}. As soon as an admin has decided we write to ${page.email}.</p>
<p class="hint">You may close this page.</p>`,
  })
}

/** Instead, for an address that cannot ask: its reader has proven that it is theirs. */
export function renderCannotAsk(site: EntrySite, told: { title: string; sentence: string }): EntryPage {
  return entryPage(site, {
    status: 409,
    title: told.title,
    body: html`<p class="lead">${told.sentence}</p>`,
  })
}
