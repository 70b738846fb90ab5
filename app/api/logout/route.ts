import { beginLogout } from '#lib/single-logout/begin-logout.ts'
import { pageEndpoint } from '#server/endpoints.ts'
import { respondSingleLogout } from '#server/respond-single-logout.ts'

/** An application signs a person out: `nameId`, `tenant`, `product`, `redirectUrl` (the Polis dialect). */
export const GET = pageEndpoint(
  async ({ house, site, incoming, origin }) => {
    const { searchParams: parameters } = incoming.url
    return respondSingleLogout(
      site,
      await beginLogout(house, site, { parameters, cookies: incoming.cookies, origin }),
    )
  },
  { bounded: true },
)
