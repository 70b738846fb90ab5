import { fileJoinRequest, showJoinConfirmation } from '#lib/accounts/file-join-request.ts'
import { pageEndpoint } from '#server/endpoints.ts'
import { respondEntry } from '#server/respond-entry.ts'

/** The page that proves an address and files the request. */
export const GET = pageEndpoint(async ({ house, site, incoming }) => {
  const { params, address } = incoming
  return respondEntry(await showJoinConfirmation(house, site, { token: params.token!, address }))
})

export const POST = pageEndpoint(async ({ house, site, incoming, origin }) => {
  const input = { ...origin, token: incoming.params.token! }
  return respondEntry(await fileJoinRequest(house, site, input))
})
