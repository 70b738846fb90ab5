import { html, renderEndUserPage, type SafeHtml } from '../../http/end-user-page.ts'
import {
  countPassed,
  demoBrand,
  demoPath,
  renderChecks,
  renderRows,
  renderSection,
  renderTraceLink,
  signInPath,
} from './page-parts.ts'
import type { Refusal } from './refusals.ts'

/** Why the demo application signed nobody in, for the person who tries it out. */
export function renderRefusalPage(refusal: Refusal): string {
  const { title, sentence, advice, isError, answer, trace, checks } = refusal
  const message = isError
    ? html`<p class="error" role="alert">${sentence}</p>`
    : html`<p class="notice" role="note">${sentence}</p>`
  return renderEndUserPage({
    title,
    brand: demoBrand,
    body: html`<div class="${trace || checks || answer ? 'wide' : 'narrow'}">
<h1 class="title">${title}</h1>
${message}
<p class="lead">${advice}</p>
${trace ? renderTrace(trace) : ''}
${checks ? renderSection('What this application checked', countPassed(checks), renderChecks(checks)) : ''}
${answer ? renderAnswer(answer) : ''}
<div class="actions"><a class="button" href="${signInPath}">${isError ? 'Try again' : 'Sign in again'}</a>
<a class="button button-secondary" href="${demoPath}">Back to the demo</a></div>
</div>`,
  })
}

function renderTrace(trace: NonNullable<Refusal['trace']>): SafeHtml {
  const failed = trace.checks.filter(({ ok }) => !ok)
  const passed = trace.checks.filter(({ ok }) => ok)
  const before =
    passed.length === 0
      ? ''
      : html`<details class="details">
<summary>${passed.length === 1 ? '1 check' : `${passed.length} checks`} passed before it</summary>
${renderChecks(passed)}
</details>`
  const title = failed.length === 0 ? 'What Vestibule checked' : 'The check that failed'
  const lead = failed.length === 0 ? '' : 'Nothing after it was looked at.'
  return renderSection(title, lead, html`${renderChecks(failed)}${before}${renderTraceLink(trace.id)}`)
}

function renderAnswer(answer: NonNullable<Refusal['answer']>): SafeHtml {
  const rows = renderRows([
    ['error', answer.error],
    ['error_description', answer.description],
  ])
  return renderSection('What the application was told', '', rows)
}
