import { html, type SafeHtml } from '../http/end-user-page.ts'
import type { OpenInvitation } from '../store/invitations.ts'
import {
  type EntryPage,
  type EntrySite,
  entryPage,
  type Problems,
  renderNames,
  renderNewPassword,
  renderOnward,
  renderProblems,
  type StartableApplication,
} from './entry-page.ts'

export type InvitationPage = {
  invitation: OpenInvitation
  /** Names of the connections through which the tenant's people sign in. */
  connections: string[]
  applications: StartableApplication[]
}

/** Who invites, to what, and how to accept. `typed` and `problems`: the form again. */
export function renderInvitation(
  site: EntrySite,
  { invitation, connections, applications }: InvitationPage,
  again: { typed: { firstName: string; lastName: string }; problems: Problems } | null,
): EntryPage {
  const { invitedBy, tenantName, email, passwordSignIn } = invitation
  const typed = again?.typed ?? invitation
  const problems = again?.problems ?? {}
  return entryPage(site, {
    status: again ? 400 : 200,
    title: `Welcome to ${site.name}`,
    body: html`<p class="lead">${invitedBy} has invited you to join ${tenantName}. Your account is for ${email}.</p>
${renderProblems(problems)}${passwordSignIn ? renderForm(email, typed, problems) : ''}${
  passwordSignIn && connections.length === 0
    ? ''
    : renderCompanySignIn(site, { invitation, connections, applications })
}`,
  })
}

function renderForm(
  email: string,
  typed: { firstName: string | null; lastName: string | null },
  problems: Problems,
): SafeHtml {
  return html`<form method="post">
<input class="visually-hidden" type="text" value="${email}" autocomplete="username" tabindex="-1" aria-hidden="true" readonly>
${renderNames(typed, problems)}${renderNewPassword(problems)}<button class="button" type="submit">Accept the invitation</button>
</form>
`
}

/** The invitation is accepted by the first sign-in through the company's identity provider. */
function renderCompanySignIn(
  site: EntrySite,
  { invitation, connections, applications }: InvitationPage,
): SafeHtml {
  const through = connections.length > 0 ? ` (${connections.join(' or ')})` : ''
  const { email, passwordSignIn } = invitation
  return html`${passwordSignIn ? html`<p class="or"><span>or</span></p>` : ''}<p class="notice">Sign in with your company’s account${through} instead of a password. That accepts the invitation.</p>
${renderOnward(site, { interaction: '', applications, email })}`
}

export function renderAccepted(
  site: EntrySite,
  person: { email: string; tenantName: string; applications: StartableApplication[] },
): EntryPage {
  const { email, tenantName, applications } = person
  return entryPage(site, {
    title: 'Your account is ready',
    body: html`<p class="lead">You have joined ${tenantName}. From now on you sign in with ${email} and the password you have just chosen.</p>
${renderOnward(site, { interaction: '', applications, email })}`,
  })
}

/** What a link leads to that opens nothing. */
export function renderNoInvitation(site: EntrySite): EntryPage {
  return entryPage(site, {
    status: 404,
    title: 'This invitation is not open',
    body: html`<p class="lead">It was accepted already, taken back, or sent again, and then the newest link counts.</p>
<p class="lead">If you have accepted it, open the application and sign in. Otherwise ask whoever invited you to send it again.</p>`,
  })
}

export function renderExpired(site: EntrySite, { invitedBy }: { invitedBy: string }): EntryPage {
  return entryPage(site, {
    status: 404,
    title: 'This invitation has expired',
    body: html`<p class="lead">It was good for seven days. Ask ${invitedBy} to send it again; you get a new link by mail.</p>`,
  })
}
