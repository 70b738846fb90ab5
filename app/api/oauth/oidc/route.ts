import { finishLogin } from '#lib/login/finish-login.ts'
import { pageEndpoint } from '#server/endpoints.ts'
import { readPostedAnswer, readRedirectedAnswer } from '#server/read-answer.ts'
import { respondLogin } from '#server/respond-login.ts'

/** Redirect URI of all OIDC connections (OpenID Connect Core §3.1.2.5). */
export const GET = pageEndpoint(async (call) =>
  respondLogin(call.site, await finishLogin(call.house, call.site, readRedirectedAnswer(call))),
)

/** The same by `response_mode=form_post` (OAuth 2.0 Form Post Response Mode), which some providers prefer. */
export const POST = pageEndpoint(async (call) =>
  respondLogin(call.site, await finishLogin(call.house, call.site, await readPostedAnswer(call))),
)
