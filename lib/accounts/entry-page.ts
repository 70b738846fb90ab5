import type { z } from 'zod'
import { type Brand, html, renderEndUserPage, type SafeHtml } from '../http/end-user-page.ts'

/** What the pages share on which people come to an account: plain HTML forms that work without JavaScript. */

export type EntrySite = Brand & { id: string; issuer: string }

/** A page, and the cookies it sets. */
export type EntryPage = { status: number; html: string; cookies: string[] }

export function entryPage(
  site: EntrySite,
  page: { status?: number; title: string; body: SafeHtml; cookies?: string[] },
): EntryPage {
  const { status = 200, title, body, cookies = [] } = page
  return {
    status,
    html: renderEndUserPage({
      title: `${title} – ${site.name}`,
      brand: site,
      body: html`<h1 class="title">${title}</h1>
${body}`,
    }),
    cookies,
  }
}

/** What is wrong with a form: the name of a field, and a sentence. */
export type Problems = Record<string, string>

/** Parses what people typed; the first thing wrong with each field as a sentence. */
export function parseTyped<Schema extends z.ZodType>(
  schema: Schema,
  typed: unknown,
): { value: z.output<Schema>; problems: null } | { value: null; problems: Problems } {
  const parsed = schema.safeParse(typed)
  if (parsed.success) return { value: parsed.data, problems: null }
  const problems: Problems = {}
  for (const { path, message } of parsed.error.issues) problems[String(path[0] ?? '')] ??= toSentence(message)
  return { value: null, problems }
}

function toSentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1)
  return /[.!?]$/.test(text) ? text : `${text}.`
}

/** The first thing on a page that came back: what is wrong, read out at once. */
export function renderProblems(problems: Problems): SafeHtml | string {
  const sentences = Object.values(problems)
  return sentences.length === 0
    ? ''
    : html`<p class="error" role="alert" id="problem">${sentences.join(' ')}</p>
`
}

export type Field = {
  name: string
  label: string
  type?: 'text' | 'email' | 'password'
  value?: string | null
  autocomplete: string
  maxLength?: number
  required?: boolean
  hint?: string
}

export function renderField(field: Field, problems: Problems = {}): SafeHtml {
  const { name, label, type = 'text', value, autocomplete, maxLength = 128, required, hint } = field
  const wrong = problems[name] !== undefined
  const described = [wrong && 'problem', hint && `${name}-hint`].filter(Boolean).join(' ')
  return html`<div class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" value="${value ?? ''}" autocomplete="${autocomplete}"${
    type === 'email' ? html` autocapitalize="none" spellcheck="false"` : ''
  } maxlength="${maxLength}"${required ? html` required` : ''}${wrong ? html` aria-invalid="true"` : ''}${
    described ? html` aria-describedby="${described}"` : ''
  }>${hint ? html`<p class="hint" id="${name}-hint">${hint}</p>` : ''}</div>
`
}

export function renderNames(
  { firstName, lastName }: { firstName?: string | null; lastName?: string | null },
  problems: Problems = {},
): SafeHtml {
  return html`${renderField({ name: 'firstName', label: 'First name', value: firstName, autocomplete: 'given-name' }, problems)}${renderField({ name: 'lastName', label: 'Last name', value: lastName, autocomplete: 'family-name' }, problems)}`
}

export function renderEmail(value: string, problems: Problems = {}): SafeHtml {
  return renderField(
    {
      name: 'email',
      label: 'Work e-mail address',
      type: 'email',
      value,
      autocomplete: 'email',
      maxLength: 254,
      required: true,
    },
    problems,
  )
}

/** One that is chosen here; what was typed before never comes back. */
export function renderNewPassword(problems: Problems = {}): SafeHtml {
  return renderField(
    {
      name: 'password',
      label: 'Choose a password',
      type: 'password',
      autocomplete: 'new-password',
      maxLength: 1000,
      required: true,
      hint: 'At least 12 characters. Several words that have nothing to do with each other are good.',
    },
    problems,
  )
}

/** What names a sign-in that waits in this browser (lib/login/interaction.ts); empty when it cannot be one. */
export function waitingSignIn(value: string): string {
  return /^[A-Za-z0-9_-]{43}$/.test(value) ? value : ''
}

/** Carries the waiting sign-in along. */
export function renderWaiting(interaction: string): SafeHtml | string {
  return interaction ? html`<input type="hidden" name="i" value="${interaction}">\n` : ''
}

export type StartableApplication = { name: string; initiateLoginUrl: string }

/**
 * How a person who has an account now gets on: back to the sign-in that waits in this browser, or to an application that
 * begins one when it is told who wants to (OpenID Connect Core §4).
 */
export function renderOnward(
  site: EntrySite,
  onward: { interaction: string; applications: StartableApplication[]; email: string },
): SafeHtml {
  if (onward.interaction)
    return html`<p><a class="button" href="/login?i=${onward.interaction}">Sign in</a></p>
<p class="footer">If that takes you nowhere, open the application again.</p>`
  if (onward.applications.length === 0)
    return html`<p class="lead">Open the application now and sign in there.</p>`
  const links = onward.applications.map(({ name, initiateLoginUrl }) => {
    const url = new URL(initiateLoginUrl)
    url.searchParams.set('iss', site.issuer)
    url.searchParams.set('login_hint', onward.email)
    return html`<p><a class="button" href="${url.href}">Sign in to ${name}</a></p>
`
  })
  return html`${links}`
}
