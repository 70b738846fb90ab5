import { readForm } from '#lib/http/body.ts'
import { logOut } from '#lib/sessions/log-out.ts'
import { pageEndpoint, smallBody } from '#server/endpoints.ts'
import { respondLogout } from '#server/respond-logout.ts'

/** Logout endpoint (OpenID Connect RP-Initiated Logout 1.0 §2). */
export const GET = pageEndpoint(async (call) => {
  const { method, cookies, url } = call.incoming
  return respondLogout(
    call,
    await logOut(call.house, call.site, { method, cookies, parameters: url.searchParams }),
  )
})

export const POST = pageEndpoint(async (call) => {
  const { method, cookies } = call.incoming
  const parameters = await readForm(call.request, smallBody)
  return respondLogout(call, await logOut(call.house, call.site, { method, cookies, parameters }))
})
