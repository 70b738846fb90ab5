import { renderFormPost } from '#lib/http/end-user-page.ts'
import { respondHtml, respondRedirect } from '#lib/http/respond.ts'
import { onwardFormTargets } from '#lib/http/security-headers.ts'
import type { OrganizationSite } from '#lib/organizations/resolve-organization.ts'
import { renderSignedOut } from '#lib/sessions/logout-pages.ts'
import type { SingleLogoutOutcome } from '#lib/single-logout/begin-logout.ts'
import { renderIncompleteLogout } from '#lib/single-logout/incomplete-logout-page.ts'

/** Sends the browser where single logout says, or shows how it ended. */
export function respondSingleLogout(site: OrganizationSite, outcome: SingleLogoutOutcome): Response {
  const { cookies } = outcome
  switch (outcome.kind) {
    case 'redirect':
      return respondRedirect(outcome.url, cookies)
    case 'post':
      return respondHtml(
        200,
        renderFormPost({
          title: 'Signing you out',
          brand: site,
          action: outcome.url,
          fields: outcome.fields,
        }),
        { cookies, formTargets: onwardFormTargets(outcome.url) },
      )
    case 'signed-out':
      return respondHtml(200, renderSignedOut(site), { cookies })
    case 'incomplete':
      return respondHtml(400, renderIncompleteLogout(site, outcome), { cookies })
  }
}
