import { renderFormPost } from '#lib/http/end-user-page.ts'
import { respondHtml, respondRedirect } from '#lib/http/respond.ts'
import { onwardFormTargets } from '#lib/http/security-headers.ts'
import type { OrganizationSite } from '#lib/organizations/resolve-organization.ts'
import type { SingleLogoutOutcome } from '#lib/single-logout/begin-logout.ts'
import { renderIncompleteLogoutPage, renderSignedOutPage } from '#lib/single-logout/signed-out-page.ts'

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
          brand: site.name,
          action: outcome.url,
          fields: outcome.fields,
        }),
        { cookies, formTargets: onwardFormTargets(outcome.url) },
      )
    case 'signed-out':
      return respondHtml(200, renderSignedOutPage(site.name), { cookies })
    case 'incomplete':
      return respondHtml(400, renderIncompleteLogoutPage(site.name, outcome), { cookies })
  }
}
