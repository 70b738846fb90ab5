import { html, renderEndUserPage } from '../http/end-user-page.ts'
import type { AuthorizeRequest } from '../oauth/authorize-request.ts'
import type { ConnectionRecord } from '../store/connections.ts'
import type { LoginOutcome, Site } from './attempt.ts'

/**
 * What somebody sees whose request has been filed and not decided. `again` is the address of the same sign-in, where it
 * can be begun anew; without it they start at the application.
 */
export function waitingPage(
  site: Site,
  { email, tenant, again }: { email: string | null; tenant: string; again: string | null },
): LoginOutcome {
  const title = 'Your request is on its way'
  const address = email ? html` to <strong>${email}</strong>` : ''
  const page = renderEndUserPage({
    title,
    brand: site,
    body: html`<h1 class="title">${title}</h1>
<p class="lead">Your company’s sign-in worked. Before you can use ${site.name} with ${tenant}, somebody who looks after it has to approve you.</p>
<p class="lead">You get a mail${address} as soon as it is decided. There is nothing else to do; you can close this page.</p>
${again ? html`<p><a class="button-secondary" href="${again}">Try again</a></p>` : html`<p class="hint">Once you are approved, open the application again and sign in.</p>`}`,
  })
  return { kind: 'page', status: 200, html: page, cookies: [] }
}

/**
 * The address of the authorization endpoint that begins this sign-in anew through the same connection. Null where the
 * client must do it: it sent its request ahead, which counts once, or never asked.
 */
export function beginAgain(
  request: AuthorizeRequest,
  connection: Pick<ConnectionRecord, 'clientId'>,
): string | null {
  if (request.pushed || request.client === null) return null
  const parameters = new URLSearchParams()
  const said: Record<string, string | null> = {
    ...namesOf(request),
    redirect_uri: request.redirectUri,
    response_type: request.responseType,
    response_mode: request.responseMode,
    state: request.state,
    scope: request.scope || null,
    nonce: request.nonce,
    code_challenge: request.codeChallenge,
    code_challenge_method: request.codeChallengeMethod,
    login_hint: request.loginHint,
    max_age: request.maxAge,
    acr_values: request.acrValues.join(' ') || null,
    claims: request.claims === null || request.claims === 'invalid' ? null : JSON.stringify(request.claims),
    dpop_jkt: request.dpopJkt,
    provider: request.provider,
    idp_hint: connection.clientId,
  }
  for (const [name, value] of Object.entries(said)) if (value !== null) parameters.set(name, value)
  for (const resource of request.resources) parameters.append('resource', resource)
  return `/api/oauth/authorize?${parameters}`
}

function namesOf({ client, clientId }: AuthorizeRequest): Record<string, string | null> {
  if (client?.kind === 'tenant')
    return { client_id: clientId || 'dummy', tenant: client.tenant, product: client.product }
  return { client_id: clientId, tenant: client?.kind === 'application' ? client.tenant : null }
}
