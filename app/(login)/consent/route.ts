import { readForm } from '#lib/http/body.ts'
import { showConsent, submitConsent } from '#lib/login/consent.ts'
import { pageEndpoint, smallBody } from '#server/endpoints.ts'
import { respondLogin } from '#server/respond-login.ts'

/** The page that asks whether an application may know a person. */
export const GET = pageEndpoint(async ({ house, site, incoming, origin }) => {
  const token = incoming.url.searchParams.get('i') ?? ''
  return respondLogin(site, await showConsent(house, site, { token, cookies: incoming.cookies, origin }))
})

export const POST = pageEndpoint(async ({ house, site, incoming, origin, request }) => {
  const fields = await readForm(request, smallBody)
  const [token, decision] = [fields.get('i') ?? '', fields.get('decision') ?? '']
  const input = { token, decision, cookies: incoming.cookies, origin }
  return respondLogin(site, await submitConsent(house, site, input))
})
