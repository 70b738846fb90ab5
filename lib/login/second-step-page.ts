import { html, renderEndUserPage, type SafeHtml } from '../http/end-user-page.ts'
import { renderPasskeyForm } from '../second-factor/passkey-form.ts'
import type { Site } from './attempt.ts'

export type SecondStepView = {
  site: Site
  /** Null: the account page. */
  application: string | null
  interaction: string
  step: string
  /** Whether an app of theirs shows codes. */
  hasApp: boolean
  /** What a browser needs to ask for a passkey; null where they have none. */
  passkey: object | null
  problem: string | null
}

/** The page after the password: a code, or a passkey where scripts run. */
export function renderSecondStepPage(view: SecondStepView): string {
  const title = view.passkey && !view.hasApp ? 'Use your passkey' : 'Enter your code'
  const fields = { i: view.interaction, s: view.step }
  const passkey =
    view.passkey &&
    renderPasskeyForm({
      ceremony: 'get',
      action: '/second-step',
      fields,
      options: view.passkey,
      button: 'Use a passkey',
    })
  return renderEndUserPage({
    title: `${title} – ${view.application ?? 'Your account'}`,
    brand: view.site,
    script: '/passkey.js',
    body: html`<h1 class="title">${title}</h1>
<p class="lead">${leadOf(view)}</p>
${view.problem ? html`<p class="error" role="alert" id="problem">${view.problem}</p>\n` : ''}${
  passkey ? html`${passkey}<p class="or" data-passkey-only hidden><span>or</span></p>\n` : ''
}${renderCode(view, fields)}`,
  })
}

function leadOf({ application, hasApp }: SecondStepView): string {
  const where = application ? `to ${application}` : 'to your account'
  return hasApp
    ? `One more step ${where}: the six digits your authenticator app shows now.`
    : `One more step ${where}.`
}

function renderCode(view: SecondStepView, fields: Record<string, string>): SafeHtml {
  const hidden = Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )
  const label = view.hasApp ? 'Code' : 'Recovery code'
  const hint = view.hasApp
    ? 'Without your device, one of your recovery codes does as well.'
    : 'One of those you were given when you set your passkey up.'
  return html`<form method="post" action="/second-step">${hidden}
<div class="field"><label for="code">${label}</label>
<input id="code" name="code" autocomplete="one-time-code" autocapitalize="none" spellcheck="false" maxlength="40" required${view.hasApp ? autofocus : ''}${view.problem ? invalid : ''}>
<span class="hint">${hint}</span></div>
<button class="button" type="submit">Sign in</button>
</form>`
}

const autofocus = html` autofocus`
const invalid = html` aria-invalid="true" aria-describedby="problem"`
