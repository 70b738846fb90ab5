import { readForm } from '#lib/http/body.ts'
import { finishLogin } from '#lib/login/finish-login.ts'
import { pageEndpoint, samlBody } from '#server/endpoints.ts'
import { respondLogin } from '#server/respond-login.ts'

/** Assertion consumer service of all SAML connections (saml-bindings-2.0 §3.5). */
export const POST = pageEndpoint(async ({ house, site, incoming, origin, request }) => {
  const parameters = await readForm(request, samlBody)
  const { cookies } = incoming
  return respondLogin(site, await finishLogin(house, site, { parameters, clientId: null, cookies, origin }))
})
