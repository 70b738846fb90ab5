import { readForm } from '#lib/http/body.ts'
import { submitSecondStep } from '#lib/login/second-step.ts'
import { pageEndpoint, smallBody } from '#server/endpoints.ts'
import { respondLogin } from '#server/respond-login.ts'

/** What a person sends after the password: a code, or what a passkey signed. */
export const POST = pageEndpoint(async ({ house, site, incoming, origin, request }) => {
  const fields = await readForm(request, smallBody)
  const field = (name: string) => fields.get(name) ?? ''
  const input = {
    interaction: field('i'),
    step: field('s'),
    code: field('code'),
    answer: field('answer'),
    cookies: incoming.cookies,
    origin,
  }
  return respondLogin(site, await submitSecondStep(house, site, input))
})
