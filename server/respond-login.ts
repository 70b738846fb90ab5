import { renderFormPost } from '#lib/http/end-user-page.ts'
import { respondHtml, respondRedirect } from '#lib/http/respond.ts'
import { onwardFormTargets } from '#lib/http/security-headers.ts'
import type { LoginOutcome } from '#lib/login/begin-login.ts'
import type { OrganizationSite } from '#lib/organizations/resolve-organization.ts'

/** Sends the browser where the login flow says: a redirect, or a page whose form goes there. */
export function respondLogin(site: OrganizationSite, outcome: LoginOutcome): Response {
  if (outcome.kind === 'redirect') return respondRedirect(outcome.url, outcome.cookies)
  const page = renderFormPost({ brand: site.name, action: outcome.url, fields: outcome.fields })
  return respondHtml(200, page, { cookies: outcome.cookies, formTargets: onwardFormTargets(outcome.url) })
}
