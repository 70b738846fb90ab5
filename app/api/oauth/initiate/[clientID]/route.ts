import { readForm } from '#lib/http/body.ts'
import { initiateLogin } from '#lib/login/initiate-login.ts'
import { type Call, pageEndpoint, smallBody } from '#server/endpoints.ts'
import { respondLogin } from '#server/respond-login.ts'

const initiate = async ({ house, site, incoming, origin }: Call, parameters: URLSearchParams) => {
  const { cookies, params } = incoming
  const input = { clientId: params.clientID!, parameters, cookies, origin }
  return respondLogin(site, await initiateLogin(house, site, input))
}

/** Where a portal of the identity provider sends people to sign in (OpenID Connect Core §4). */
export const GET = pageEndpoint(async (call) => initiate(call, call.incoming.url.searchParams), {
  bounded: true,
})

/** The same, by a form. */
export const POST = pageEndpoint(async (call) => initiate(call, await readForm(call.request, smallBody)), {
  bounded: true,
})
