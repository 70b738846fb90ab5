import { type Brand, html, renderEndUserPage } from '../http/end-user-page.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import type { FinishLoginInput } from './take-login.ts'

/** Says which connection the person has chosen, beside the answer that is posted once more. */
export const chosenField = 'connection'

/**
 * The page on which a person chooses where to go, when they came from their identity provider and several connections
 * accept its answer. A plain form: it posts the same answer again, with the choice.
 */
export function renderChooseConnectionPage(
  brand: Brand,
  { url, parameters }: Pick<FinishLoginInput, 'url' | 'parameters'>,
  choices: ConnectionRecord[],
): string {
  const fields = ['SAMLResponse', 'RelayState'].map(
    (name) => html`<input type="hidden" name="${name}" value="${parameters.get(name) ?? ''}">\n`,
  )
  const ofOneTenant = new Set(choices.map(({ tenantId }) => tenantId)).size === 1
  const buttons = choices.map((choice) => {
    const name = choice.label ?? choice.name ?? choice.product
    const place = ofOneTenant ? choice.product : `${choice.tenantName}, ${choice.product}`
    const text = name === place ? name : `${name} (${place})`
    return html`<li><button class="button button-secondary" type="submit" name="${chosenField}" value="${choice.clientId}">${text}</button></li>`
  })
  return renderEndUserPage({
    title: 'Choose where to go',
    brand,
    body: html`<h1 class="title">Choose where to go</h1>
<p class="lead">Your company's sign-in opens more than one place here.</p>
<form method="post" action="${url}">
${fields}<ul class="choice-list">${buttons}</ul>
</form>`,
  })
}
