import { respondHtml } from '#lib/http/respond.ts'
import { findChoices } from '#lib/login/begin-login.ts'
import { renderSelectPage } from '#lib/login/select-page.ts'
import { pageEndpoint } from '#server/endpoints.ts'

/** Several connections fit an authorization request: the person chooses, and comes back to authorize with the hint. */
export const GET = pageEndpoint(async ({ house, site, incoming, origin }) => {
  const { url, cookies } = incoming
  const choices = await findChoices(house, site, { parameters: url.searchParams, cookies, origin })
  return respondHtml(200, renderSelectPage(site, url.searchParams, choices))
})
