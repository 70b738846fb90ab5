import { beginPortalLogin } from '#lib/login/begin-portal-login.ts'
import { pageEndpoint } from '#server/endpoints.ts'
import { respondLogin } from '#server/respond-login.ts'

/** Where members of the organization set out to the company's sign-in. */
export const GET = pageEndpoint(
  async ({ house, site, incoming, origin }) => {
    const { cookies, url } = incoming
    const input = { parameters: url.searchParams, cookies, origin }
    return respondLogin(site, await beginPortalLogin(house, site, input))
  },
  { bounded: true },
)
