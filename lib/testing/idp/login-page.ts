import { html, renderEndUserPage, type SafeHtml } from '#lib/http/end-user-page.ts'
import { signings } from './login-submission.ts'
import { type Person, people } from './people.ts'
import type { TestIdp } from './test-idp-identity.ts'

export type LoginPage = {
  idp: TestIdp
  tenantName: string
  /** Who asks, by entity ID or client ID. */
  askedBy: string
  /** How it asked for a fresh sign-in; null: it did not. */
  freshness: 'ForceAuthn' | 'prompt=login' | null
  /** Nobody asked: the sign-in starts at the identity provider. */
  isUnsolicited: boolean
  /** The person to begin with, by email address or a part of it. */
  wanted: string
  /** What the form brings back to `action`, which follows the address of this provider. */
  carried: Record<string, string>
  action: string
  /** What can be made wrong, by name. */
  faults: Record<string, { title: string; sentence: string }>
  /** What can be chosen about signatures; null: nothing. */
  protection: { canEncrypt: boolean } | null
  /** Where the provider describes itself; null: nowhere. */
  description: { path: string; text: string } | null
}

/** The page on which one of the four people is chosen. It works without JavaScript. */
export function renderLoginPage(page: LoginPage): string {
  const basePath = new URL(page.idp.baseUrl).pathname
  return renderEndUserPage({
    title: `Test sign-in for ${page.tenantName}`,
    brand: { name: page.tenantName },
    body: html`<p class="notice" role="note"><strong>Test identity provider:</strong> anyone can sign in as anyone.</p>
<h1 class="title">Who is signing in?</h1>
${renderLead(page)}
<form method="post" action="${basePath}/${page.action}">
${hiddenFields(page.carried)}
<fieldset class="person-list">
<legend class="visually-hidden">Person</legend>
${renderPeople(page)}
</fieldset>
${renderAttributeFields()}
${renderFaultChoice(page.faults)}
${page.protection ? renderProtection(page.protection.canEncrypt) : ''}
<button class="button" type="submit">Sign in</button>
</form>
${page.description ? html`<p class="footer"><a href="${basePath}/${page.description.path}">${page.description.text}</a></p>` : ''}`,
  })
}

function renderLead({ askedBy, freshness, isUnsolicited }: LoginPage): SafeHtml {
  const target = html`<code>${askedBy}</code>`
  if (isUnsolicited) {
    return html`<p class="lead">Nobody asked for this sign-in. It starts here and goes to ${target}.</p>`
  }
  const fresh = `It wants a fresh sign-in (${freshness}); nobody is remembered here, so every one is.`
  return html`<p class="lead">Asked by ${target}. ${freshness ? fresh : ''}</p>`
}

function hiddenFields(fields: Record<string, string>): SafeHtml[] {
  return Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">\n`,
  )
}

function renderPeople({ idp, wanted }: LoginPage): SafeHtml[] {
  const everyone = people(idp.tenant)
  const sought = wanted.trim().toLowerCase()
  const chosen = everyone.find(({ email }) => email === sought) ?? everyone[0]
  return everyone.map((person) => renderPerson(person, person === chosen))
}

function renderPerson(person: Person, isChosen: boolean): SafeHtml {
  return html`<label class="person">
<input type="radio" name="person" value="${person.id}"${isChosen ? html` checked` : ''}>
<span class="person-text"><span class="person-name">${person.firstName} ${person.lastName}</span>
<span class="person-note">${person.email}</span>
<span class="person-note">${[...person.groups, ...person.roles].join(', ')}</span></span>
</label>
`
}

function renderAttributeFields(): SafeHtml {
  return html`<details class="details">
<summary>Change attributes</summary>
<p class="hint">A blank field keeps what the person has.</p>
${renderTextField('attribute.email', 'Email address')}
${renderTextField('attribute.firstName', 'First name')}
${renderTextField('attribute.lastName', 'Last name')}
${renderLinesField('attribute.groups', 'Groups', 'One to a line.')}
${renderLinesField('attribute.roles', 'Roles', 'One to a line.')}
${renderLinesField('furtherAttributes', 'Further attributes', 'Lines of name=value. A line name= leaves that attribute out.')}
</details>`
}

function renderTextField(name: string, label: string): SafeHtml {
  return html`<div class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="text" autocomplete="off" spellcheck="false"></div>`
}

function renderLinesField(name: string, label: string, hint: string): SafeHtml {
  return html`<div class="field"><label for="${name}">${label}</label>
<textarea id="${name}" name="${name}" rows="2" spellcheck="false" aria-describedby="${name}-hint"></textarea>
<p class="hint" id="${name}-hint">${hint}</p></div>`
}

function renderFaultChoice(faults: LoginPage['faults']): SafeHtml {
  return html`<details class="details">
<summary>Send a faulty response</summary>
<fieldset class="choice-list">
<legend class="visually-hidden">Fault</legend>
${renderChoice('fault', '', 'No fault', 'A response as it should be.', true)}
${Object.entries(faults).map(([name, { title, sentence }]) => renderChoice('fault', name, title, sentence, false))}
</fieldset>
</details>`
}

function renderProtection(canEncrypt: boolean): SafeHtml {
  return html`<details class="details">
<summary>Signature and encryption</summary>
<fieldset class="choice-list">
<legend>What is signed</legend>
${Object.entries(signings).map(([name, title]) => renderChoice('signing', name, title, '', name === 'assertion'))}
</fieldset>
${
  canEncrypt
    ? html`<label class="choice"><input type="checkbox" name="encrypt" value="true">
<span class="choice-text"><span class="choice-name">Encrypt the assertion</span>
<span class="hint">AES-256-GCM, for the certificate of this installation.</span></span></label>`
    : ''
}
</details>`
}

function renderChoice(name: string, value: string, title: string, hint: string, isChosen: boolean): SafeHtml {
  return html`<label class="choice">
<input type="radio" name="${name}" value="${value}"${isChosen ? html` checked` : ''}>
<span class="choice-text"><span class="choice-name">${title}</span>${
    hint
      ? html`
<span class="hint">${hint}</span>`
      : ''
  }</span>
</label>
`
}
