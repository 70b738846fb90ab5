import { takeLogoutMessage } from '#lib/single-logout/take-logout-message.ts'
import { pageEndpoint } from '#server/endpoints.ts'
import { readPostedLogout, readRedirectedLogout } from '#server/read-logout-message.ts'
import { respondSingleLogout } from '#server/respond-single-logout.ts'

/** Single logout service of all SAML connections, HTTP-Redirect (saml-bindings-2.0 §3.4). */
export const GET = pageEndpoint(async (call) =>
  respondSingleLogout(call.site, await takeLogoutMessage(call.house, call.site, readRedirectedLogout(call))),
)

/** The same, HTTP-POST (saml-bindings-2.0 §3.5). */
export const POST = pageEndpoint(async (call) =>
  respondSingleLogout(
    call.site,
    await takeLogoutMessage(call.house, call.site, await readPostedLogout(call)),
  ),
)
