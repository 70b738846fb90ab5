import { respondImage } from '#lib/http/respond.ts'
import { loadLogo } from '#lib/organizations/load-logo.ts'
import { pageEndpoint } from '#server/endpoints.ts'

/** The logo on end users' pages. `v` names which one, so that a browser keeps it until there is another. */
export const GET = pageEndpoint(async ({ house, site, incoming }) =>
  respondImage(await loadLogo(house, site, incoming.url.searchParams.get('v'))),
)
