import { html, type SafeHtml } from '../http/end-user-page.ts'

/**
 * A form that public/passkey.js fills: it asks the browser for a passkey and sends what it signed as `answer`. Hidden
 * where no script runs or the browser knows no passkeys. `extra` are further fields, to be filled by the person.
 */
export function renderPasskeyForm(form: {
  ceremony: 'create' | 'get'
  action: string
  fields: Record<string, string>
  /** The JSON of Web Authentication §5.4 or §5.5. */
  options: object
  button: string
  extra?: SafeHtml
  /** Ask at once, without waiting for the button. */
  atOnce?: boolean
}): SafeHtml {
  const hidden = Object.entries({ ...form.fields, answer: '' }).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )
  return html`<form method="post" action="${form.action}" data-passkey="${form.ceremony}" data-options="${JSON.stringify(form.options)}"${form.atOnce ? atOnce : ''} hidden>${hidden}
<p class="error" role="alert" data-passkey-problem hidden></p>
${form.extra ?? ''}<button class="button" type="submit">${form.button}</button>
</form>
<noscript><p class="notice">Passkeys need JavaScript, which is off in this browser.</p></noscript>
`
}

const atOnce = html` data-at-once`
