import type { Check } from '../../base/check.ts'
import { html, SafeHtml } from '../../http/end-user-page.ts'

export const demoBrand = { name: 'Vestibule demo application' }
export const demoPath = '/demo'
export const signInPath = '/demo/sign-in'
export const freshSignInPath = '/demo/sign-in?forceAuthn=true'

const nothing = new SafeHtml('')

/** A part of a page under a heading of its own; `lead` is the line below it. */
export function renderSection(title: string, lead: SafeHtml | string, content: SafeHtml): SafeHtml {
  const line = lead === '' ? nothing : html`<p class="section-lead">${lead}</p>`
  return html`<section class="section">
<h2 class="section-title">${title}</h2>
${line}
${content}
</section>
`
}

/** Names and values in two columns; values without text are left out. */
export function renderRows(rows: [name: string, value: string | null][]): SafeHtml {
  const shown = rows.filter((row): row is [string, string] => row[1] !== null && row[1] !== '')
  return html`<dl class="rows">
${shown.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>`
}

/** Checks in the order they were made, with what was received; one that failed also says what was expected. */
export function renderChecks(checks: Check[]): SafeHtml {
  return html`<ol class="checks">
${checks.map(renderCheck)}</ol>`
}

function renderCheck(check: Check): SafeHtml {
  const [mark, word] = check.ok ? ['✓', 'Passed'] : ['✕', 'Failed']
  const name = html`<span class="check-mark" aria-hidden="true">${mark}</span>
<span class="check-name"><span class="visually-hidden">${word}: </span>${check.name}</span>`
  if (!check.ok) {
    return html`<li class="check check-failed">${name}
${renderRows([
  ['Expected', check.expected ?? null],
  ['Received', check.received ?? null],
])}</li>
`
  }
  const received = check.received ? html`<span class="check-received">${check.received}</span>` : nothing
  return html`<li class="check">${name}
${received}</li>
`
}

/** `All 24 checks passed, in this order.` */
export function countPassed(checks: Check[]): string {
  const passed = checks.filter(({ ok }) => ok).length
  const checksPassed = `${passed} ${passed === 1 ? 'check' : 'checks'} passed`
  if (passed === checks.length) return `All ${checksPassed}, in this order.`
  return passed === 0 ? 'The first check failed.' : `${checksPassed}, then one failed.`
}

/** Where the trace is in the portal. */
export function renderTraceLink(traceId: string): SafeHtml {
  return html`<p class="section-link"><a href="/traces/${traceId}">See it in the portal</a></p>`
}
