import { respondError } from '#lib/http/error-dialects.ts'
import { parseIncoming } from '#lib/http/incoming.ts'
import { beginTest } from '#lib/login/begin-test.ts'
import { house } from '#server/house-access.ts'
import { respondLogin } from '#server/respond-login.ts'
import { loadSite } from '../../../../request-facts.ts'
import { requireActor } from '../../../../session.ts'

/** "Test sign-in": sends the admin's browser to the identity provider of this connection. */
export async function GET(
  request: Request,
  context: { params: Promise<{ clientID: string }> },
): Promise<Response> {
  const [actor, site, params] = await Promise.all([requireActor(), loadSite(), context.params])
  const { cookies, userAgent } = parseIncoming(request, {})
  const about = { log: house().log, requestId: actor.requestId, brand: site }
  return beginTest(house(), site, actor, { clientID: params.clientID, cookies, userAgent }).then(
    (outcome) => respondLogin(site, outcome),
    (thrown) => respondError(thrown, 'page', about),
  )
}
