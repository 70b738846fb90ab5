import { acceptInvitation } from '#lib/accounts/accept-invitation.ts'
import { showInvitation } from '#lib/accounts/show-invitation.ts'
import { readForm } from '#lib/http/body.ts'
import { pageEndpoint, smallBody } from '#server/endpoints.ts'
import { respondEntry } from '#server/respond-entry.ts'

/** The page an invitation leads to. */
export const GET = pageEndpoint(async ({ house, site, incoming }) => {
  const { params, address } = incoming
  return respondEntry(await showInvitation(house, site, { token: params.token!, address }))
})

export const POST = pageEndpoint(async ({ house, site, incoming, origin, request }) => {
  const fields = await readForm(request, smallBody)
  const field = (name: string) => fields.get(name) ?? ''
  const form = { firstName: field('firstName'), lastName: field('lastName'), password: field('password') }
  const input = { ...origin, token: incoming.params.token!, form }
  return respondEntry(await acceptInvitation(house, site, input))
})
