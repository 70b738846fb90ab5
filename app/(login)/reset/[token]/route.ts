import { showReset, submitReset } from '#lib/accounts/reset-pages.ts'
import { readForm } from '#lib/http/body.ts'
import { pageEndpoint, smallBody } from '#server/endpoints.ts'
import { respondLogin } from '#server/respond-login.ts'

/** Where the link of the mail leads: to choose a new password. */
export const GET = pageEndpoint(async ({ house, site, incoming }) =>
  respondLogin(site, await showReset(house, site, { token: incoming.params.token ?? '' })),
)

export const POST = pageEndpoint(async ({ house, site, incoming, origin, request }) => {
  const fields = await readForm(request, smallBody)
  const input = { token: incoming.params.token ?? '', password: fields.get('password') ?? '', origin }
  return respondLogin(site, await submitReset(house, site, input))
})
