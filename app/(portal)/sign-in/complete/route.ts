import { redirect } from 'next/navigation'
import { loadRequestFacts, loadSite } from '#app/(portal)/request-facts.ts'
import { returnPath } from '#app/(portal)/return-path.ts'
import { writeSessionCookie } from '#app/(portal)/session.ts'
import { isVestibuleError } from '#lib/base/errors.ts'
import { parseIncoming } from '#lib/http/incoming.ts'
import { handOverBrowser } from '#lib/login/begin-portal-login.ts'
import { signInMemberBySso } from '#lib/members/portal-identity.ts'
import { house } from '#server/house-access.ts'

/** Where a member comes back from the company's sign-in: the code of this browser becomes a session, once. */
export async function GET(request: Request): Promise<Response> {
  const { cookies, url } = parseIncoming(request, {})
  redirect(await openPortal(url.searchParams.get('code') ?? '', handOverBrowser(house(), cookies)))
}

/** Opens the session, and returns where to go. */
async function openPortal(code: string, browserHash: string | null): Promise<string> {
  const [site, facts] = await Promise.all([loadSite(), loadRequestFacts()])
  try {
    const input = { ...facts, organizationId: site.id, code, browserHash }
    const { session, from } = await signInMemberBySso(house(), input)
    await writeSessionCookie(session.sessionId)
    return returnPath(from)
  } catch (thrown) {
    if (isVestibuleError(thrown)) return '/sign-in?company=over'
    throw thrown
  }
}
