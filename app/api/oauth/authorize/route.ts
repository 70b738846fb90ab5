import { readForm } from '#lib/http/body.ts'
import { beginLogin } from '#lib/login/begin-login.ts'
import { pageEndpoint, smallBody } from '#server/endpoints.ts'
import { respondLogin } from '#server/respond-login.ts'

/** Authorization endpoint (RFC 6749 §3.1). */
export const GET = pageEndpoint(
  async ({ house, site, incoming, origin }) => {
    const { cookies, url } = incoming
    const input = { parameters: url.searchParams, posted: false, cookies, origin }
    return respondLogin(site, await beginLogin(house, site, input))
  },
  { bounded: true },
)

export const POST = pageEndpoint(
  async ({ house, site, incoming, origin, request }) => {
    const parameters = await readForm(request, smallBody)
    const input = { parameters, posted: true, cookies: incoming.cookies, origin }
    return respondLogin(site, await beginLogin(house, site, input))
  },
  { bounded: true },
)
