import { confirmRegistration, showConfirmation } from '#lib/accounts/confirm-registration.ts'
import { readForm } from '#lib/http/body.ts'
import { pageEndpoint, smallBody } from '#server/endpoints.ts'
import { respondEntry } from '#server/respond-entry.ts'

/** The page that proves an address and makes the account. */
export const GET = pageEndpoint(async ({ house, site, incoming }) => {
  const { params, cookies, address } = incoming
  return respondEntry(await showConfirmation(house, site, { token: params.token!, cookies, address }))
})

export const POST = pageEndpoint(async ({ house, site, incoming, request }) => {
  const password = (await readForm(request, smallBody)).get('password') ?? ''
  const { params, cookies, address, requestId } = incoming
  const input = { token: params.token!, cookies, address, requestId, password }
  return respondEntry(await confirmRegistration(house, site, input))
})
