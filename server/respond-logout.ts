import { z } from 'zod'
import { providerName } from '#lib/connections/provider-name.ts'
import { respondHtml, respondRedirect } from '#lib/http/respond.ts'
import { onwardFormTargets } from '#lib/http/security-headers.ts'
import type { LogoutOutcome } from '#lib/sessions/log-out.ts'
import { renderLogoutQuestion, renderSignedOut, renderStayedSignedIn } from '#lib/sessions/logout-pages.ts'
import { writeLogoutRequest } from '#lib/sessions/logout-request.ts'
import { clearSessionCookie } from '#lib/sessions/session-cookie.ts'
import { findUpstream, leaveUpstream } from '#lib/single-logout/leave-upstream.ts'
import type { Call } from './endpoints.ts'
import { respondSingleLogout } from './respond-single-logout.ts'

/** Where an application asked for a logout, and where the question is answered. */
const logoutPath = '/api/oauth/logout'

/** Shows the browser what became of a logout: a question, a page of ours, or back to the application. */
export async function respondLogout(
  { house, site, origin }: Pick<Call, 'house' | 'site' | 'origin'>,
  outcome: LogoutOutcome,
): Promise<Response> {
  switch (outcome.kind) {
    case 'question': {
      const { request, session, confirmation } = outcome
      const who = nameOf(session.profile)
      const upstream = await findUpstream(house, site, session)
      const elsewhere = upstream && (upstream.name ?? providerName(upstream.upstreamId))
      const page = renderLogoutQuestion({ brand: site, who, elsewhere, request, confirmation })
      return respondHtml(200, page, {
        formTargets: formTargetsOf(request.postLogoutRedirectUri, upstream !== null),
      })
    }
    case 'again':
      return respondRedirect(`${logoutPath}?${new URLSearchParams(writeLogoutRequest(outcome.request))}`)
    case 'stayed':
      return respondHtml(200, renderStayedSignedIn(site))
    case 'done': {
      const cookies = [clearSessionCookie(house.config.secure)]
      const away = outcome.everywhere ? await leaveUpstream(house, site, { ...outcome, origin }) : null
      if (away) return respondSingleLogout(site, { ...away, cookies })
      if (outcome.redirectUrl !== null) return respondRedirect(outcome.redirectUrl, cookies)
      return respondHtml(200, renderSignedOut(site), { cookies })
    }
  }
}

/** The form leads to the application, and perhaps to an identity provider on the way, wherever that is. */
function formTargetsOf(onward: string | null, upstream: boolean): string[] {
  if (upstream)
    return [...new Set(['https:', 'http:', ...(onward === null ? [] : onwardFormTargets(onward))])]
  return onward === null ? [] : onwardFormTargets(onward)
}

const named = z.object({ email: z.string().min(1) })

/** How the person knows themselves, as far as the sign-in told. */
function nameOf(profile: unknown): string | null {
  return named.safeParse(profile).data?.email ?? null
}
