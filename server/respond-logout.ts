import { z } from 'zod'
import { respondHtml, respondRedirect } from '#lib/http/respond.ts'
import { onwardFormTargets } from '#lib/http/security-headers.ts'
import type { LogoutOutcome } from '#lib/sessions/log-out.ts'
import { renderLogoutQuestion, renderSignedOut, renderStayedSignedIn } from '#lib/sessions/logout-pages.ts'
import { writeLogoutRequest } from '#lib/sessions/logout-request.ts'
import { clearSessionCookie } from '#lib/sessions/session-cookie.ts'
import type { Call } from './endpoints.ts'

/** Where an application asked for a logout, and where the question is answered. */
const logoutPath = '/api/oauth/logout'

/** Shows the browser what became of a logout: a question, a page of ours, or back to the application. */
export function respondLogout(
  { house, site }: Pick<Call, 'house' | 'site'>,
  outcome: LogoutOutcome,
): Response {
  switch (outcome.kind) {
    case 'question': {
      const { request, session, confirmation } = outcome
      const who = nameOf(session.profile)
      const page = renderLogoutQuestion({ brand: site, who, request, confirmation })
      const onward = request.postLogoutRedirectUri
      return respondHtml(200, page, { formTargets: onward === null ? [] : onwardFormTargets(onward) })
    }
    case 'again':
      return respondRedirect(`${logoutPath}?${new URLSearchParams(writeLogoutRequest(outcome.request))}`)
    case 'stayed':
      return respondHtml(200, renderStayedSignedIn(site))
    case 'done': {
      const cookies = [clearSessionCookie(house.config.secure)]
      if (outcome.redirectUrl !== null) return respondRedirect(outcome.redirectUrl, cookies)
      return respondHtml(200, renderSignedOut(site), { cookies })
    }
  }
}

const named = z.object({ email: z.string().min(1) })

/** How the person knows themselves, as far as the sign-in told. */
function nameOf(profile: unknown): string | null {
  return named.safeParse(profile).data?.email ?? null
}
