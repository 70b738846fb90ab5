import { finishLogin } from '#lib/login/finish-login.ts'
import { pageEndpoint } from '#server/endpoints.ts'
import { readTokenAnswer } from '#server/read-answer.ts'
import { respondLogin } from '#server/respond-login.ts'

/** Where customers' pages send people with a token (`return_to_path`). It leaves the address at once, whatever comes of it. */
export const GET = pageEndpoint(
  async (call) => respondLogin(call.site, await finishLogin(call.house, call.site, readTokenAnswer(call))),
  { errorsAt: '/i/refused' },
)
