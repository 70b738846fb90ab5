import { providerPreset } from '../connections/presets.ts'
import { type Brand, html, renderEndUserPage } from '../http/end-user-page.ts'
import type { ConnectionRecord } from '../store/connections.ts'

/** The page on which a person chooses among the connections of their company. Plain links, no script. */
export function renderSelectPage(
  brand: Brand,
  parameters: URLSearchParams,
  choices: ConnectionRecord[],
): string {
  const items = choices.map((choice) => {
    const onward = new URLSearchParams(parameters)
    onward.set('idp_hint', choice.clientId)
    const provider = providerPreset(choice.kind, choice.upstreamId)
    return html`<li><a class="button-secondary provider" href="/api/oauth/authorize?${onward.toString()}"><img src="${provider.iconPath}" alt="" width="20" height="20"><span>${choice.label ?? choice.name ?? provider.name}</span></a></li>`
  })
  return renderEndUserPage({
    title: 'Choose how to sign in',
    brand,
    body: html`<h1 class="title">Choose how to sign in</h1>
<p class="lead">Your company has more than one way to sign in here.</p>
<ul class="choice-list">${items}</ul>`,
  })
}
