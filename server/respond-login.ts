import { renderFormPost } from '#lib/http/end-user-page.ts'
import { respondHtml, respondRedirect } from '#lib/http/respond.ts'
import type { LoginOutcome } from '#lib/login/begin-login.ts'
import type { OrganizationSite } from '#lib/organizations/resolve-organization.ts'

/** Sends the browser where the login flow says: a redirect, or a page whose form goes there. */
export function respondLogin(site: OrganizationSite, outcome: LoginOutcome): Response {
  if (outcome.kind === 'redirect') return respondRedirect(outcome.url, outcome.cookies)
  const page = renderFormPost({ brand: site.name, action: outcome.url, fields: outcome.fields })
  return respondHtml(200, page, { cookies: outcome.cookies, formTargets: [formTarget(outcome.url)] })
}

/** A source expression for form-action: the origin, or the scheme of an app's private address. */
function formTarget(url: string): string {
  const { origin, protocol } = new URL(url)
  return origin === 'null' ? protocol : origin
}
