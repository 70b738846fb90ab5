import { showResetRequest, submitResetRequest } from '#lib/accounts/reset-pages.ts'
import { readForm } from '#lib/http/body.ts'
import { pageEndpoint, smallBody } from '#server/endpoints.ts'
import { respondLogin } from '#server/respond-login.ts'

/** Where somebody who forgot their password asks for a link. */
export const GET = pageEndpoint(async ({ site }) => respondLogin(site, showResetRequest(site)))

export const POST = pageEndpoint(
  async ({ house, site, origin, request }) => {
    const fields = await readForm(request, smallBody)
    const input = { email: fields.get('email') ?? '', origin }
    return respondLogin(site, await submitResetRequest(house, site, input))
  },
  { bounded: true },
)
