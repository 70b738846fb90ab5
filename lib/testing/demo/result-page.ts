import { html, renderEndUserPage, type SafeHtml } from '../../http/end-user-page.ts'
import type { SignedIn } from './finish-sign-in.ts'
import {
  countPassed,
  demoBrand,
  demoPath,
  freshSignInPath,
  renderChecks,
  renderRows,
  renderSection,
  renderTraceLink,
  signInPath,
} from './page-parts.ts'

/** Who signed in, and everything an application gets to know of it. */
export function renderResultPage(signedIn: SignedIn): string {
  const { members, text } = signedIn.userinfo
  const name = [members.firstName, members.lastName].filter(Boolean).join(' ') || show(members.email)
  return renderEndUserPage({
    title: `Signed in as ${name}`,
    brand: demoBrand,
    body: html`<div class="wide">
<h1 class="title"><span class="title-mark" aria-hidden="true">✓</span>Signed in as ${name}</h1>
<p class="lead">${describeWay(signedIn)}</p>
${renderSection('Profile', 'What an application needs to know, the same for every identity provider.', renderProfile(members))}
${renderTrace(signedIn)}
${renderSection('What this application checked', 'The duties of every OpenID Connect client; a library does this for you.', renderChecks(signedIn.checks))}
${renderSection('Claims of the ID token', html`Verified with the keys at <code>${signedIn.jwksUri}</code>.`, renderClaims(signedIn.claims))}
${renderSection('Raw answer of userinfo', html`<code>raw</code> holds the SAML attributes as they came, <code>requested</code> what this application had asked for.`, html`<pre class="code">${indent(text)}</pre>`)}
<div class="actions"><a class="button" href="${signInPath}">Sign in again</a>
<a class="button button-secondary" href="${freshSignInPath}">Force a fresh login</a></div>
<p class="footer"><a href="${demoPath}">Back to the start of the demo</a></p>
</div>`,
  })
}

function describeWay({ userinfo, trace }: SignedIn): string {
  const email = show(userinfo.members.email)
  return trace ? `${email}, through SAML at “${trace.connectionName}”` : email
}

function renderProfile(members: Record<string, unknown>): SafeHtml {
  return renderRows([
    ['First name', show(members.firstName)],
    ['Last name', show(members.lastName)],
    ['Email', show(members.email)],
    ['Id', show(members.id)],
    ['Groups', show(members.groups)],
    ['Roles', show(members.roles)],
  ])
}

function renderTrace({ trace }: SignedIn): SafeHtml {
  const title = 'What Vestibule checked'
  if (!trace) return renderSection(title, 'The trace of this sign-in was not found.', html``)
  const lead = `The SAML answer, before anybody was signed in. ${countPassed(trace.checks)}`
  return renderSection(title, lead, html`${renderChecks(trace.checks)}${renderTraceLink(trace.id)}`)
}

const instants = new Set(['iat', 'exp', 'auth_time'])

function renderClaims(claims: Record<string, unknown>): SafeHtml {
  return renderRows(
    Object.entries(claims).map(([name, value]) => {
      const isInstant = instants.has(name) && typeof value === 'number' && Math.abs(value) < 1e11
      return [name, isInstant ? `${value} (${new Date(value * 1000).toISOString()})` : show(value)]
    }),
  )
}

/** A value as text: lists joined, nothing empty. */
function show(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map(show).join(', ')
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function indent(json: string): string {
  return JSON.stringify(JSON.parse(json), null, 2)
}
