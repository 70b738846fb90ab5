import { beginTargetLogin } from '#lib/login/begin-target-login.ts'
import { pageEndpoint } from '#server/endpoints.ts'
import { respondLogin } from '#server/respond-login.ts'

/** The SSO URL of a product that takes JWT SSO: people come here to be signed in and go back with a token. */
export const GET = pageEndpoint(
  async ({ house, site, incoming, origin }) => {
    const { cookies, params, url } = incoming
    const input = { clientId: params.clientID!, parameters: url.searchParams, cookies, origin }
    return respondLogin(site, await beginTargetLogin(house, site, input))
  },
  { bounded: true },
)
