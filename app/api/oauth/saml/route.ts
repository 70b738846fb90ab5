import { finishLogin } from '#lib/login/finish-login.ts'
import { pageEndpoint } from '#server/endpoints.ts'
import { readPostedAnswer } from '#server/read-answer.ts'
import { respondLogin } from '#server/respond-login.ts'

/** Assertion consumer service of all SAML connections (saml-bindings-2.0 §3.5). */
export const POST = pageEndpoint(async (call) =>
  respondLogin(call.site, await finishLogin(call.house, call.site, await readPostedAnswer(call))),
)
