import { renderFormPost } from '#lib/http/end-user-page.ts'
import { respondHtml, respondRedirect } from '#lib/http/respond.ts'
import { onwardFormTargets } from '#lib/http/security-headers.ts'
import type { LoginOutcome } from '#lib/login/attempt.ts'
import type { OrganizationSite } from '#lib/organizations/resolve-organization.ts'

/** Sends the browser where the login flow says: a redirect, a page whose form goes there, or a page of ours. */
export function respondLogin(site: OrganizationSite, outcome: LoginOutcome): Response {
  const { cookies } = outcome
  if (outcome.kind === 'redirect') return respondRedirect(outcome.url, cookies)
  // Its form leads on to identity providers and applications, wherever those are.
  if (outcome.kind === 'page') {
    const formTargets = onwardFormTargets(outcome.onward ?? site.issuer)
    return respondHtml(outcome.status, outcome.html, { cookies, formTargets })
  }
  const page = renderFormPost({ brand: site, action: outcome.url, fields: outcome.fields })
  return respondHtml(200, page, { cookies, formTargets: onwardFormTargets(outcome.url) })
}
